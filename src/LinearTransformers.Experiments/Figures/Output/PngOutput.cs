using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>Pixels, two for every drawing unit in each direction.</summary>
internal static class PngOutput
{
    public const int PixelsPerUnit = 2;

    public static byte[] Render(IFigureRenderer renderer)
    {
        FigureSize size = renderer.Size;
        SKImageInfo info = new(size.Width * PixelsPerUnit, size.Height * PixelsPerUnit, SKColorType.Rgba8888, SKAlphaType.Premul);
        using SKSurface surface = SKSurface.Create(info);
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(PixelsPerUnit);
        renderer.Render(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
