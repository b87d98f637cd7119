using System.Globalization;
using System.Net;
using System.Text;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>A figure as a part of a page: its SVG, with links over some places.</summary>
internal static class SvgLinks
{
    private const string End = "</svg>";

    /// <summary>The svg element.</summary>
    public static string Of(Figure figure, IEnumerable<FigureLink> links)
    {
        string svg = Encoding.UTF8.GetString(FigureWriter.ToSvg(figure));
        int end = svg.LastIndexOf(End, StringComparison.Ordinal);
        StringBuilder element = new(svg[svg.IndexOf("<svg", StringComparison.Ordinal)..end]);
        foreach (FigureLink link in links)
        {
            string text = WebUtility.HtmlEncode(link.Text);
            string place = string.Create(CultureInfo.InvariantCulture,
                $"x=\"{link.Left:0.##}\" y=\"{link.Top:0.##}\" width=\"{link.Width:0.##}\" height=\"{link.Height:0.##}\"");
            element.Append($"<a class=\"spot\" href=\"{WebUtility.HtmlEncode(link.Target)}\" aria-label=\"{text}\">"
                + $"<title>{text}</title><rect {place}/></a>\n");
        }

        return element.Append(End).ToString();
    }
}
