using System.Globalization;
using System.Xml.Linq;
using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>
/// Turns the text of an SVG that Skia wrote into paths. An SVG only names its font, and viewers put another one in its
/// place where it is missing; outlines look the same everywhere. What they say is kept in aria-label.
/// </summary>
internal static class SvgOutlines
{
    public static void ReplaceText(XDocument document)
    {
        foreach (var text in document.Descendants().Where(e => e.Name.LocalName == "text").ToList())
            text.ReplaceWith(Outline(text));
    }

    private static XElement Outline(XElement text)
    {
        // Skia gives every character its own abscissa and, unless all of them share one, its own ordinate.
        var content = text.Value.Trim();
        var x = Numbers(text, "x");
        var y = Numbers(text, "y");
        using var font = FigureFont.OfSize(Numbers(text, "font-size")[0]);
        using var path = new SKPath();
        var i = 0;
        foreach (var character in content.EnumerateRunes())
        {
            using var glyph = font.GetGlyphPath(font.GetGlyph(character.Value));
            if (glyph is not null)
                path.AddPath(glyph, x[i], y[Math.Min(i, y.Length - 1)]);
            i++;
        }

        var outline = new XElement(text.Name.Namespace + "path", new XAttribute("aria-label", content));
        foreach (var attribute in text.Attributes().Where(a => a.Name.LocalName is "fill" or "fill-opacity" or "transform"))
            outline.Add(attribute);
        outline.Add(new XAttribute("d", path.ToSvgPathData()));
        return outline;
    }

    private static float[] Numbers(XElement element, string attribute) =>
        [.. element.Attribute(attribute)!.Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(n => float.Parse(n, CultureInfo.InvariantCulture))];
}
