namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>
/// Blue for −1, white for 0, vermilion for 1, interpolated linearly in the perceptual space OKLab (Ottosson 2020), so
/// that equal steps look equal. Blue against orange stays apart under all common colour-vision deficiencies.
/// </summary>
internal static class DivergingColorMap
{
    private static readonly OkLab Negative = OkLab.From(new FigureColor(0x1B, 0x5E, 0xA6));

    private static readonly OkLab Zero = OkLab.From(new FigureColor(0xFA, 0xFA, 0xFA));

    private static readonly OkLab Positive = OkLab.From(new FigureColor(0xC8, 0x4B, 0x11));

    /// <param name="value">From −1 to 1; beyond, the ends.</param>
    public static FigureColor At(double value)
    {
        OkLab end = value < 0 ? Negative : Positive;
        return OkLab.Mix(Zero, end, Math.Min(1, Math.Abs(value))).ToColor();
    }

    /// <summary>Black or white, whichever has the higher contrast on a background (WCAG 2 relative luminance).</summary>
    public static FigureColor TextOn(FigureColor background)
    {
        double luminance = OkLab.Luminance(background);
        double onWhite = 1.05 / (luminance + 0.05);
        double onBlack = (luminance + 0.05) / (OkLab.Luminance(FigureColor.Black) + 0.05);
        return onWhite > onBlack ? FigureColor.White : FigureColor.Black;
    }
}
