using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>One vector page as large as the figure. The dates are fixed: what is drawn should decide the bytes.</summary>
internal static class PdfOutput
{
    private static readonly DateTime FixedDate = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static byte[] Render(IFigureRenderer renderer, string title)
    {
        using var stream = new MemoryStream();
        var metadata = new SKDocumentPdfMetadata
        {
            Title = title,
            Creator = "LinearTransformers",
            Creation = FixedDate,
            Modified = FixedDate,
            RasterDpi = 288, // A multiple of 72: others round the size of the page.
            EncodingQuality = 101,
        };
        using (var document = SKDocument.CreatePdf(stream, metadata))
        {
            const float PointsPerUnit = 1f / FigureSize.UnitsPerPoint;
            var canvas = document.BeginPage(renderer.Size.Width * PointsPerUnit, renderer.Size.Height * PointsPerUnit);
            canvas.Scale(PointsPerUnit);
            renderer.Render(canvas);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    }
}
