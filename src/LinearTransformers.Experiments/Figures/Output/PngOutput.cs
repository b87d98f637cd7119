using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>Pixels, two for every drawing unit in each direction.</summary>
internal static class PngOutput
{
    public const int PixelsPerUnit = 2;

    public static byte[] Render(IFigureRenderer renderer)
    {
        var size = renderer.Size;
        var info = new SKImageInfo(size.Width * PixelsPerUnit, size.Height * PixelsPerUnit, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(PixelsPerUnit);
        renderer.Render(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
