using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>The one typeface of all figures, from this assembly, so that pictures do not depend on the machine's fonts.</summary>
internal static class FigureFont
{
    private const string ResourceName = "LinearTransformers.Experiments.Figures.Fonts.DejaVuSansCondensed.ttf";

    private static readonly Lazy<SKTypeface> LoadedTypeface = new(Load);

    public static SKTypeface Typeface => LoadedTypeface.Value;

    /// <summary>The typeface at the given size, without hinting and with subpixel positions: the same shapes at every scale.</summary>
    public static SKFont OfSize(float size) => new(Typeface, size)
    {
        Hinting = SKFontHinting.None,
        Subpixel = true,
        LinearMetrics = true,
    };

    private static SKTypeface Load()
    {
        using Stream stream = typeof(FigureFont).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The font {ResourceName} is not in this assembly.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data)
            ?? throw new InvalidOperationException($"The font {ResourceName} cannot be read.");
    }
}
