using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;

namespace LinearTransformers.Experiments.Tests.Figures;

public sealed class FigureWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("figures-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(FigureSamples.Kinds), MemberType = typeof(FigureSamples))]
    public void Saving_writes_the_three_formats_and_nothing_else(string kind)
    {
        string path = Path.Combine(_folder, "new folder", "loss.normal-n20");

        IReadOnlyList<string> files = FigureWriter.Save(FigureSamples.All[kind], path);

        Assert.Equal([path + ".png", path + ".svg", path + ".pdf"], files);
        Assert.Equal(files.Order(), Directory.GetFiles(Path.GetDirectoryName(path)!).Order());
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 5_000, 300_000));
        Assert.StartsWith("%PDF", Encoding.ASCII.GetString(File.ReadAllBytes(files[2])[..4]), StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_again_replaces_the_files()
    {
        string path = Path.Combine(_folder, "loss");
        File.WriteAllText(path + ".svg", "old");

        FigureWriter.Save(FigureSamples.Line(), path);

        Assert.Equal(FigureWriter.ToSvg(FigureSamples.Line()), File.ReadAllBytes(path + ".svg"));
    }

    [Fact]
    public void A_failed_save_leaves_no_temporary_file()
    {
        string path = Path.Combine(_folder, "loss");
        Directory.CreateDirectory(path + ".png"); // A folder stands where the file should go.

        Assert.ThrowsAny<Exception>(() => FigureWriter.Save(FigureSamples.Line(), path));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_png_has_two_pixels_for_every_drawing_unit()
    {
        byte[] png = FigureWriter.ToPng(FigureSamples.Line() with { Size = new FigureSize(400, 300) });

        Assert.Equal(800, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(600, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    [Theory]
    [MemberData(nameof(FigureSamples.Kinds), MemberType = typeof(FigureSamples))]
    public void The_same_figure_gives_the_same_bytes(string kind)
    {
        Figure figure = FigureSamples.All[kind];

        Assert.Equal(FigureWriter.ToPng(figure), FigureWriter.ToPng(figure));
        Assert.Equal(FigureWriter.ToSvg(figure), FigureWriter.ToSvg(figure));
        Assert.Equal(FigureWriter.ToPdf(figure), FigureWriter.ToPdf(figure));
    }

    [Fact]
    public async Task Figures_drawn_at_the_same_time_do_not_disturb_one_another()
    {
        byte[] alone = FigureWriter.ToSvg(FigureSamples.Line());

        byte[][] together = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => FigureWriter.ToSvg(FigureSamples.Line()))));

        Assert.All(together, t => Assert.Equal(alone, t));
    }

    [Theory]
    [MemberData(nameof(FigureSamples.Kinds), MemberType = typeof(FigureSamples))]
    public void An_svg_has_neither_text_nor_pixels_in_it(string kind)
    {
        XDocument svg = Parse(FigureSamples.All[kind]);

        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName is "text" or "image");
    }

    [Fact]
    public void An_svg_still_says_what_its_outlines_mean()
    {
        List<string> labels = Labels(FigureSamples.Line());

        Assert.Superset(new HashSet<string> { "Loss", "Iteration", "In-context loss", "Adam", "exact floor 6.7·10⁻⁴", "10⁻³", "10⁰" },
            labels.ToHashSet());
    }

    [Fact]
    public void Every_reference_in_an_svg_leads_to_an_identifier_that_no_other_svg_has()
    {
        XDocument first = Parse(FigureSamples.All["line"]);
        XDocument second = Parse(FigureSamples.All["panels"]);

        Assert.All(References(first), r => Assert.Contains(r, Identifiers(first)));
        Assert.NotEmpty(References(first));
        Assert.Empty(Identifiers(first).Intersect(Identifiers(second)));
    }

    [Fact]
    public void A_pdf_has_the_font_in_it_and_the_size_of_the_figure_in_points()
    {
        string pdf = Encoding.Latin1.GetString(FigureWriter.ToPdf(FigureSamples.Line() with { Size = new FigureSize(400, 300) }));

        Assert.Contains("/FontFile2", pdf, StringComparison.Ordinal);
        Assert.Contains("DejaVuSansCondensed", pdf, StringComparison.Ordinal);
        Assert.Contains("/MediaBox [0 0 200 150]", pdf, StringComparison.Ordinal);
        Assert.Contains("D:20000101000000", pdf, StringComparison.Ordinal);
    }

    internal static List<string> Labels(Figure figure) =>
        [.. Parse(figure).Descendants().Attributes("aria-label").Select(a => a.Value)];

    private static XDocument Parse(Figure figure)
    {
        using MemoryStream stream = new(FigureWriter.ToSvg(figure));
        return XDocument.Load(stream);
    }

    private static List<string> Identifiers(XDocument svg) => [.. svg.Descendants().Attributes("id").Select(a => a.Value)];

    private static List<string> References(XDocument svg) =>
    [
        .. svg.Descendants().Attributes().Where(a => a.Name.LocalName == "href").Select(a => a.Value[1..]),
        .. svg.Descendants().Attributes("clip-path").Select(a => a.Value["url(#".Length..^1]),
    ];
}
