using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Rendering;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Report;

/// <summary>
/// One HTML page of results, with everything in it: verdicts, curves to zoom into and switch on and off,
/// matrices along a run, figures, settings and environment. It loads nothing, and opens from disk.
/// </summary>
public static class ReportPage
{
    private const int ColorSteps = 64;

    /// <summary>Writes the page of some folders: whole or not at all.</summary>
    /// <param name="folders">Of experiments, of runs, or with such below them.</param>
    /// <param name="path">The file.</param>
    /// <returns>A line for each file or run that cannot be read; it is left out, and the page says so.</returns>
    /// <exception cref="ReportException">There is nothing to show.</exception>
    public static IReadOnlyList<string> Write(IReadOnlyList<string> folders, string path)
    {
        ArgumentNullException.ThrowIfNull(folders);
        List<string> problems = [];
        AtomicFile.WriteAllText(path, Compose(folders, ReportFolder.Read(folders, problems), problems));
        return problems;
    }

    private static string Compose(IReadOnlyList<string> paths, IReadOnlyList<ReportFolder> folders, List<string> problems)
    {
        // First the sections, which find out what cannot be read.
        StringBuilder sections = new();
        ExactFloors floors = new();
        for (int i = 0; i < folders.Count; i++)
        {
            Section(sections, folders[i], $"s{i}", folders.Count > 1, floors, problems);
        }

        StringBuilder page = new();
        string title = folders.Count == 1
            ? folders[0].Name
            : paths.Count == 1 ? $"{ReportFolder.Shown(paths[0])}: {folders.Count} folders" : $"{folders.Count} folders";
        string written = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
        page.Append(Head($"{Html.Text(title)} · lintf report, {written}"));
        page.Append($"<header>\n<h1>{Html.Text(title)}</h1>\n<p>lintf report, written {written}</p>\n"
            + "<button id=\"theme\" type=\"button\" hidden>Dark</button>\n</header>\n");
        Problems(page, problems);
        if (folders.Count > 1)
        {
            page.Append("<nav aria-label=\"Folders\"><ul>\n");
            for (int i = 0; i < folders.Count; i++)
            {
                page.Append($"<li><a href=\"#s{i}\">{Html.Text(folders[i].Name)}</a>"
                    + $" <span>{Html.Text(ReportResults.Brief(folders[i]))}</span></li>\n");
            }

            page.Append("</ul></nav>\n");
        }

        page.Append($"<main>\n{sections}</main>\n<script type=\"application/json\" id=\"colors\">{Colors()}</script>\n"
            + $"<script>\n{Resource("report.js")}</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Problems(StringBuilder page, IReadOnlyList<string> problems)
    {
        if (problems.Count == 0)
        {
            return;
        }

        page.Append("<div class=\"problems\" role=\"note\"><strong>⚠ Left out, because it cannot be read:</strong>\n<ul>\n");
        foreach (string problem in problems)
        {
            page.Append($"<li>{Html.Text(problem)}</li>\n");
        }

        page.Append("</ul></div>\n");
    }

    private static void Section(
        StringBuilder page, ReportFolder folder, string id, bool hasHeading,
        ExactFloors floors, List<string> problems)
    {
        page.Append($"<section id=\"{id}\">\n");
        if (hasHeading)
        {
            page.Append($"<h2>{Html.Text(folder.Name)}</h2>\n");
        }

        ReportResults.Write(page, folder);
        if (folder.Sweep is { } sweep)
        {
            page.Append("<div class=\"panel sweep\">\n");
            ReportSweepFigures.Write(page, sweep, id);
            page.Append("<div class=\"chosen\" hidden></div>\n</div>\n");
        }

        string matrices = folder.Groups.All.Count > 0 ? Json(json => ReportMatrices.Write(json, folder, problems)) : "[]";
        bool hasMatrices = matrices != "[]";
        if (folder.Groups.All.Count > 0)
        {
            page.Append($"<div class=\"panel curves\">\n<h3 id=\"{id}-curves\">Training along the runs</h3>\n"
                + "<noscript><p>The curves need JavaScript.</p></noscript>\n");
            page.Append($"<script type=\"application/json\" class=\"data\">{Json(json => ReportCurves.Write(json, folder, floors))}"
                + "</script>\n<div class=\"plot\"></div>\n");
            ReportNotes.Write(page, folder, floors);
            page.Append("</div>\n");
        }

        if (folder.Sweep is { } table)
        {
            HashSet<string> recorded = [.. folder.Runs.Select(run => run.Name)];
            Details(page, $"Table: {table.Counts}", true, () => ReportSweepTable.Write(page, table, id, recorded));
        }

        if (hasMatrices)
        {
            page.Append("<div class=\"panel matrices\">\n<h3>Parameter matrices along a run</h3>\n");
            page.Append($"<script type=\"application/json\" class=\"data\">{matrices}</script>\n<div class=\"plot\"></div>\n");
            page.Append($"<p class=\"about\">{Html.Text(ReportNotes.Matrices(folder))}</p>\n</div>\n");
        }

        Figures(page, folder, hasMatrices, problems);
        if (folder.Groups.All.Count > 0)
        {
            Details(page, "Settings and environment", false, () => ReportSettings.Write(page, folder));
        }

        page.Append("</section>\n");
    }

    private static void Figures(StringBuilder page, ReportFolder folder, bool hasMatrices, List<string> problems)
    {
        ReportFigure[] shown = [.. folder.Figures.Where(figure => !(hasMatrices && figure.ShowsMatrices))];
        foreach (IGrouping<bool, ReportFigure> figures in shown.GroupBy(figure => figure.Version.IsSmall))
        {
            Details(page, figures.Key ? "Figures of small versions" : "Figures",
                !figures.Key || shown.All(figure => figure.Version.IsSmall), () =>
            {
                page.Append("<div class=\"figures\">\n");
                foreach (ReportFigure figure in figures)
                {
                    try
                    {
                        Figure(page, figure);
                    }
                    catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                    {
                        problems.Add($"{figure.Path} cannot be read: {exception.Message}");
                    }
                }

                page.Append("</div>\n");
            });
        }

        if (hasMatrices && folder.Figures.FirstOrDefault(figure => figure.ShowsMatrices) is { } matrices)
        {
            page.Append("<p class=\"about\">The figure of the matrices is in figures/"
                + $"{Html.Text(Path.GetFileName(matrices.Path))}: the same matrices as above.</p>\n");
        }
    }

    /// <summary>As a picture of its own: nothing in the file can run, load anything, or meet the names of another figure.</summary>
    private static void Figure(StringBuilder page, ReportFigure figure)
    {
        byte[] svg = File.ReadAllBytes(figure.Path);
        string name = figure.Version.Stem.Replace('-', ' ');
        string caption = figure.Version.Words is { Length: > 0 } words ? $"{name}: {words}" : name;
        page.Append($"<figure{(IsBroad(svg) ? " class=\"broad\"" : "")}><div class=\"picture\">"
            + $"<img alt=\"{Html.Text(caption)}\" "
            + $"src=\"data:image/svg+xml;base64,{Convert.ToBase64String(svg)}\"></div>"
            + $"<figcaption>{Html.Text(caption)}</figcaption></figure>\n");
    }

    /// <summary>Whether a picture is much wider than high, as rows of matrices are.</summary>
    private static bool IsBroad(byte[] svg)
    {
        const string Box = "viewBox=\"0 0 ";
        string head = Encoding.UTF8.GetString(svg.AsSpan(0, Math.Min(svg.Length, 2000)));
        int begin = head.IndexOf(Box, StringComparison.Ordinal);
        string[] sizes = begin < 0 ? [] : head[(begin + Box.Length)..].Split('"')[0].Split(' ');
        return sizes.Length == 2
            && double.TryParse(sizes[0], CultureInfo.InvariantCulture, out double width)
            && double.TryParse(sizes[1], CultureInfo.InvariantCulture, out double height)
            && width > 2 * height;
    }

    /// <summary>How a page begins, up to its body.</summary>
    /// <param name="title">What a browser calls it, as HTML.</param>
    /// <param name="more">What else stands in the head.</param>
    /// <param name="style">Styles beyond those of all pages.</param>
    internal static string Head(string title, string more = "", string style = "")
        => "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            + $"{more}<link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n"
            + $"<style>\n{Resource("report.css")}{style}</style>\n</head>\n<body>\n";

    /// <summary>A part of the page that can be folded.</summary>
    internal static void Details(StringBuilder page, string summary, bool open, Action content)
    {
        page.Append($"<details{(open ? " open" : "")}><summary>{Html.Text(summary)}</summary>\n");
        content();
        page.Append("</details>\n");
    }

    /// <summary>The colours of the figures, for what the page draws itself.</summary>
    private static string Colors() => Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("palette");
        foreach (FigureColor color in Palette.Colors)
        {
            json.WriteStringValue(color == FigureColor.Black ? "var(--ink)" : Hex(color));
        }

        json.WriteEndArray();
        json.WriteStartArray("sequential");
        for (int i = 0; i <= ColorSteps; i++)
        {
            json.WriteStringValue(Hex(SequentialColorMap.At(i / (double)ColorSteps)));
        }

        json.WriteEndArray();
        json.WriteStartArray("diverging");
        for (int i = -ColorSteps; i <= ColorSteps; i++)
        {
            FigureColor color = DivergingColorMap.At(i / (double)ColorSteps);
            json.WriteStartArray();
            json.WriteStringValue(Hex(color));
            json.WriteStringValue(Hex(DivergingColorMap.TextOn(color)));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Hex(FigureColor color) => $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}";

    /// <summary>JSON that may stand in a script element: the writer escapes what begins a tag.</summary>
    private static string Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A file that is part of this assembly.</summary>
    private static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"LinearTransformers.Experiments.Report.{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
