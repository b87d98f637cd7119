using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>
/// Gives the elements of an SVG identifiers of our own. Skia counts its own through the life of the process, so the same
/// figure would give other bytes every time. Ours are numbered within the figure and begin with a hash of what is drawn:
/// several figures can stand in one HTML page without using each other's clips and glyphs.
/// </summary>
internal static class SvgIdentifiers
{
    private const int PrefixLength = 8;

    public static void MakeUnique(XDocument document)
    {
        Dictionary<string, string> numbers = document.Descendants().Attributes("id").Select((a, i) => (a.Value, i)).ToDictionary(
            p => p.Value, p => "n" + p.i.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
        Rename(document, id => numbers[id]);

        byte[] content = Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting));
        string prefix = "f" + Convert.ToHexStringLower(SHA256.HashData(content))[..PrefixLength];
        Rename(document, id => prefix + id);
    }

    private static void Rename(XDocument document, Func<string, string> rename)
    {
        foreach (XAttribute attribute in document.Descendants().Attributes())
        {
            if (attribute.Name.LocalName == "id")
                attribute.Value = rename(attribute.Value);
            else if (attribute.Name.LocalName == "href")
                attribute.Value = "#" + rename(attribute.Value["#".Length..]);
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
                attribute.Value = $"url(#{rename(attribute.Value["url(#".Length..^1])})";
        }
    }
}
