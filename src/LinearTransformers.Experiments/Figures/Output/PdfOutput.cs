using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>One vector page as large as the figure. The dates are fixed: what is drawn should decide the bytes.</summary>
internal static class PdfOutput
{
    private static readonly DateTime FixedDate = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static byte[] Render(IFigureRenderer renderer, string title)
    {
        using MemoryStream stream = new();
        SKDocumentPdfMetadata metadata = new()
        {
            Title = title,
            Creator = "LinearTransformers",
            Creation = FixedDate,
            Modified = FixedDate,
            RasterDpi = 288, // A multiple of 72: others round the size of the page.
            EncodingQuality = 101,
        };
        using (SKDocument document = SKDocument.CreatePdf(stream, metadata))
        {
            const float PointsPerUnit = 1f / FigureSize.UnitsPerPoint;
            SKCanvas canvas = document.BeginPage(renderer.Size.Width * PointsPerUnit, renderer.Size.Height * PointsPerUnit);
            canvas.Scale(PointsPerUnit);
            renderer.Render(canvas);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    }
}
