using System.Globalization;
using System.Text;
using System.Xml.Linq;
using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>
/// Turns the text of an SVG that Skia wrote into outlines. An SVG only names its font, and viewers put another one in
/// its place where it is missing; outlines look the same everywhere. Every glyph is defined once and used wherever it
/// stands; what a text says is kept in aria-label.
/// </summary>
internal static class SvgOutlines
{
    private static readonly XNamespace XLink = "http://www.w3.org/1999/xlink";

    public static void ReplaceText(XDocument document)
    {
        XNamespace svg = document.Root!.Name.Namespace;
        SortedDictionary<string, XElement> glyphs = new(StringComparer.Ordinal);
        foreach (XElement text in document.Descendants(svg + "text").ToList())
            text.ReplaceWith(Outline(text, svg, glyphs));

        document.Root.AddFirst(new XElement(svg + "defs", glyphs.Values));
    }

    private static XElement Outline(XElement text, XNamespace svg, SortedDictionary<string, XElement> glyphs)
    {
        // Skia gives every character its own abscissa and, unless all of them share one, its own ordinate.
        string content = text.Value.Trim();
        string[] x = Values(text, "x");
        string[] y = Values(text, "y");
        string size = Values(text, "font-size")[0];
        using SKFont font = FigureFont.OfSize(float.Parse(size, CultureInfo.InvariantCulture));

        XElement outline = new(svg + "g", new XAttribute("role", "img"), new XAttribute("aria-label", content));
        outline.Add(text.Attributes().Where(a => a.Name.LocalName is "fill" or "fill-opacity" or "transform"));
        int i = -1;
        foreach (Rune character in content.EnumerateRunes())
        {
            i++;
            if (Rune.IsWhiteSpace(character))
                continue;

            ushort glyph = font.GetGlyph(character.Value);
            string id = string.Create(CultureInfo.InvariantCulture, $"glyph-{glyph}-{size}");
            if (!glyphs.ContainsKey(id))
                glyphs[id] = Definition(svg, id, font, glyph);
            outline.Add(new XElement(
                svg + "use", new XAttribute(XLink + "href", "#" + id), new XAttribute("x", x[i]),
                    new XAttribute("y", y[Math.Min(i, y.Length - 1)])));
        }

        return outline;
    }

    private static XElement Definition(XNamespace svg, string id, SKFont font, ushort glyph)
    {
        using SKPath path = font.GetGlyphPath(glyph)
            ?? throw new InvalidOperationException($"Glyph {glyph} of the figures' font has no outline.");
        return new XElement(svg + "path", new XAttribute("id", id), new XAttribute("d", path.ToSvgPathData()));
    }

    private static string[] Values(XElement element, string attribute) =>
        element.Attribute(attribute)!.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
