using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>Vector graphics as large on paper as the PDF, with text as outlines.</summary>
internal static class SvgOutput
{
    public static byte[] Render(IFigureRenderer renderer)
    {
        FigureSize size = renderer.Size;
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(size.Width, size.Height), stream))
        {
            using SKPaint background = new() { Color = SKColors.White };
            canvas.DrawRect(SKRect.Create(size.Width, size.Height), background);
            renderer.Render(canvas);
        }

        stream.Position = 0;
        XDocument document = XDocument.Load(stream);
        SetSize(document.Root!, size);
        SvgOutlines.ReplaceText(document);
        SvgIdentifiers.MakeUnique(document);
        return Serialize(document);
    }

    private static void SetSize(XElement root, FigureSize size)
    {
        root.SetAttributeValue("width", InPoints(size.Width));
        root.SetAttributeValue("height", InPoints(size.Height));
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}"));
    }

    private static string InPoints(int units) =>
        (units / (double)FigureSize.UnitsPerPoint).ToString(CultureInfo.InvariantCulture) + "pt";

    private static byte[] Serialize(XDocument document)
    {
        using MemoryStream stream = new();
        XmlWriterSettings settings = new()
        {
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
            Encoding = new System.Text.UTF8Encoding(false)
        };
        using (XmlWriter writer = XmlWriter.Create(stream, settings))
            document.Save(writer);

        return stream.ToArray();
    }
}
