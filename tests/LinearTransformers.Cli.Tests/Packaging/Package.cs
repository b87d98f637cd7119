using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LinearTransformers.Cli.Tests.Packaging;

/// <summary>What a package contains.</summary>
public sealed class Package
{
    private readonly string _path;

    internal Package(string path)
    {
        _path = path;
        using ZipArchive archive = ZipFile.OpenRead(path);
        Files = [.. archive.Entries.Select(entry => entry.FullName).Where(name => !IsOfTheFormat(name)).Order(StringComparer.Ordinal)];
        XDocument nuspec = XDocument.Load(
            new MemoryStream(Read(Assert.Single(Files, name => name.EndsWith(".nuspec", StringComparison.Ordinal)))));
        Metadata = nuspec.Root!.Elements().Single();
    }

    public string[] Files { get; }

    private XElement Metadata { get; }

    /// <summary>Name.1.2.3.nupkg, which Name.Other.1.2.3.nupkg is not.</summary>
    public static bool IsOf(string file, string name, string extension)
        => Regex.IsMatch(file, $@"^{Regex.Escape(name)}\.\d[^/]*{Regex.Escape(extension)}$");

    /// <summary>What the package says of itself by a name, once.</summary>
    public XElement Says(string name) => Assert.Single(Metadata.Elements(), element => element.Name.LocalName == name);

    /// <summary>The packages that it needs.</summary>
    public IEnumerable<XElement> Dependencies => Metadata.Descendants().Where(element => element.Name.LocalName == "dependency");

    public byte[] Read(string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(_path);
        using Stream stream = archive.GetEntry(file)!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static bool IsOfTheFormat(string name)
        => name is "[Content_Types].xml" || name.StartsWith("_rels/", StringComparison.Ordinal)
            || name.StartsWith("package/", StringComparison.Ordinal);
}
