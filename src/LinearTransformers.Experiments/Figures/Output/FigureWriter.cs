using LinearTransformers.Experiments.Figures.Rendering;
using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>
/// Figures as PNG (two pixels a drawing unit), SVG and PDF. The same figure gives the same bytes every time: no dates,
/// no fonts of the machine, no random names.
/// </summary>
public static class FigureWriter
{
    public static byte[] ToPng(Figure figure) => PngOutput.Render(FigureRenderers.Of(figure));

    /// <summary>Text becomes outlines, so that it looks the same where the font is not installed.</summary>
    public static byte[] ToSvg(Figure figure) => SvgOutput.Render(FigureRenderers.Of(figure));

    /// <summary>One page as large as the figure, with the font embedded.</summary>
    public static byte[] ToPdf(Figure figure) => PdfOutput.Render(FigureRenderers.Of(figure), figure.Title);

    /// <summary>
    /// Writes <paramref name="pathWithoutExtension"/> with .png, .svg and .pdf appended, each whole or not at all, over
    /// what is there. The folder is created where it does not exist.
    /// </summary>
    /// <returns>The paths of the three files.</returns>
    public static IReadOnlyList<string> Save(Figure figure, string pathWithoutExtension)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentException.ThrowIfNullOrWhiteSpace(pathWithoutExtension);
        (string Path, byte[] Bytes)[] files = new (string Path, byte[] Bytes)[]
        {
            (pathWithoutExtension + ".png", ToPng(figure)),
            (pathWithoutExtension + ".svg", ToSvg(figure)),
            (pathWithoutExtension + ".pdf", ToPdf(figure)),
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(pathWithoutExtension))!);
        foreach ((string path, byte[] bytes) in files)
            AtomicFile.WriteAllBytes(path, bytes);

        return [.. files.Select(f => f.Path)];
    }
}
