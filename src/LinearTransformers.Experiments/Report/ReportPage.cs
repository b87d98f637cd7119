using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>
/// One HTML page of results, with everything in it: verdicts, figures, curves to zoom into and switch on and off, matrices along a run, settings and
/// environment. It loads nothing, and opens from disk.
/// </summary>
public static class ReportPage
{
    private const int MostSettings = 40;

    /// <summary>Writes the page of some folders: whole or not at all.</summary>
    /// <param name="folders">Of experiments, of runs, or with such below them.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ReportException">There is nothing to show, or it cannot be read.</exception>
    /// <exception cref="RunDirectoryException">A run is damaged.</exception>
    public static void Write(IReadOnlyList<string> folders, string path)
    {
        ArgumentNullException.ThrowIfNull(folders);
        AtomicFile.WriteAllText(path, Compose(folders));
    }

    private static string Compose(IReadOnlyList<string> folders)
    {
        try
        {
            return Compose(ReportFolder.Read(folders));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"what the page is to show cannot be read: {exception.Message}", exception);
        }
    }

    private static string Compose(IReadOnlyList<ReportFolder> folders)
    {
        StringBuilder page = new();
        string title = folders.Count == 1 ? folders[0].Name : "LinearTransformers";
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append("<link rel=\"icon\" href=\"data:,\">\n");
        page.Append($"<title>{Text(title)}</title>\n<style>\n{Resource("report.css")}</style>\n</head>\n<body>\n<header>\n<h1>{Text(title)}</h1>\n<p>{Text(Verdicts(folders))}</p>\n");
        page.Append("<button id=\"theme\" type=\"button\">Dark</button>\n</header>\n");
        if (folders.Count > 1)
        {
            page.Append("<nav><ul>\n");
            foreach (ReportFolder folder in folders)
            {
                page.Append($"<li><a href=\"#{Text(folder.Name)}\">{Text(folder.Name)}</a></li>\n");
            }

            page.Append("</ul></nav>\n");
        }

        page.Append("<main>\n");
        foreach (ReportFolder folder in folders)
        {
            Section(page, folder, folders.Count > 1);
        }

        page.Append($"</main>\n<script>\n{Resource("report.js")}</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static string Verdicts(IReadOnlyList<ReportFolder> folders)
    {
        ResultRow[] rows = [.. folders.SelectMany(folder => folder.Tables.Take(1)).SelectMany(table => table.Rows)];
        int match = rows.Count(row => row.Verdict is Verdict.Match);
        int falling = rows.Count(row => row.Verdict is Verdict.Short);
        int runs = folders.Sum(folder => folder.Runs.Count);
        string judged = match + falling == 0 ? "" : $"{match} of {match + falling} comparisons match. ";
        return $"{judged}{runs} run{(runs == 1 ? "" : "s")}.";
    }

    private static void Section(StringBuilder page, ReportFolder folder, bool hasHeading)
    {
        page.Append($"<section id=\"{Text(folder.Name)}\">\n");
        if (hasHeading)
        {
            page.Append($"<h2>{Text(folder.Name)}</h2>\n");
        }

        for (int i = 0; i < folder.Tables.Count; i++)
        {
            Details(page, $"Results{folder.Tables[i].Name["results".Length..].Replace('-', ' ')}", i == 0, () => Table(page, folder.Tables[i]));
        }

        if (folder.Runs.Count > 0)
        {
            page.Append($"<script type=\"application/json\" class=\"data\">{ReportData.Of(folder).Replace("</", "<\\/", StringComparison.Ordinal)}</script>\n");
            page.Append("<div class=\"curves\"></div>\n<div class=\"matrices\"></div>\n");
        }

        foreach (IGrouping<bool, string> figures in folder.Figures.GroupBy(figure => figure.Contains("its", StringComparison.Ordinal)))
        {
            Details(page, figures.Key ? "Figures of small versions" : "Figures", !figures.Key || folder.Figures.All(figure => figure.Contains("its", StringComparison.Ordinal)), () =>
            {
                page.Append("<div class=\"figures\">\n");
                foreach (string figure in figures)
                {
                    Figure(page, figure);
                }

                page.Append("</div>\n");
            });
        }

        if (folder.Runs.Count > 0)
        {
            Details(page, "Settings and environment", false, () => Settings(page, folder.Runs));
        }

        page.Append("</section>\n");
    }

    private static void Details(StringBuilder page, string summary, bool open, Action content)
    {
        page.Append($"<details{(open ? " open" : "")}><summary>{Text(summary)}</summary>\n");
        content();
        page.Append("</details>\n");
    }

    private static void Table(StringBuilder page, ReportTable table)
    {
        page.Append("<div class=\"wide\"><table>\n<thead><tr><th>quantity</th><th>published</th><th>exact</th><th>here</th><th>tolerance</th><th>verdict</th></tr></thead>\n<tbody>\n");
        foreach (ResultRow row in table.Rows)
        {
            string verdict = row.Verdict.ToString().ToLowerInvariant();
            page.Append($"<tr class=\"{verdict}\"><td>{Text(row.Quantity)}</td><td>{Number(row.Published)}</td><td>{Number(row.Exact)}</td><td>{Number(row.Ours)}</td><td>{Text(row.Tolerance ?? "")}</td><td>{(row.Verdict is Verdict.None ? "" : verdict)}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Figure(StringBuilder page, string path)
    {
        string svg = File.ReadAllText(path);
        int begin = svg.IndexOf("<svg", StringComparison.Ordinal);
        string name = Path.GetFileNameWithoutExtension(path).Replace('-', ' ');
        page.Append($"<figure{(IsBroad(svg) ? " class=\"broad\"" : "")}><div class=\"picture\" role=\"img\" aria-label=\"{Text(name)}\">{(begin < 0 ? "" : svg[begin..])}</div><figcaption>{Text(name)}</figcaption></figure>\n");
    }

    /// <summary>Whether a picture is much wider than high, as rows of matrices are.</summary>
    private static bool IsBroad(string svg)
    {
        const string Box = "viewBox=\"0 0 ";
        int begin = svg.IndexOf(Box, StringComparison.Ordinal);
        string[] sizes = begin < 0 ? [] : svg[(begin + Box.Length)..].Split('"')[0].Split(' ');
        return sizes.Length == 2
            && double.TryParse(sizes[0], CultureInfo.InvariantCulture, out double width)
            && double.TryParse(sizes[1], CultureInfo.InvariantCulture, out double height)
            && width > 2 * height;
    }

    /// <summary>What all runs have in common, then what sets each apart.</summary>
    private static void Settings(StringBuilder page, IReadOnlyList<RunDirectory> runs)
    {
        Dictionary<string, string>[] all = [.. runs.Select(run => Properties(SettingsJson.Write(run.Settings)))];
        string[] names = [.. all.SelectMany(one => one.Keys).Distinct()];
        string[] varying = [.. names.Where(name => all.Any(one => one.GetValueOrDefault(name) != all[0].GetValueOrDefault(name)))];
        page.Append("<h3>Settings of all runs</h3>\n<dl>\n");
        foreach (string name in names.Except(varying).Take(MostSettings))
        {
            page.Append($"<div><dt>{Text(name)}</dt><dd>{Text(all[0][name])}</dd></div>\n");
        }

        page.Append("</dl>\n<h3>Runs</h3>\n<div class=\"wide\"><table>\n<thead><tr><th>run</th>");
        foreach (string name in varying)
        {
            page.Append($"<th>{Text(name)}</th>");
        }

        page.Append("<th>status</th><th>seconds</th></tr></thead>\n<tbody>\n");
        for (int i = 0; i < runs.Count; i++)
        {
            page.Append($"<tr><td>{Text(Path.GetFileName(runs[i].Path))}</td>");
            foreach (string name in varying)
            {
                page.Append($"<td>{Text(all[i].GetValueOrDefault(name, ""))}</td>");
            }

            page.Append(string.Create(CultureInfo.InvariantCulture, $"<td>{runs[i].Status.ToString().ToLowerInvariant()}</td><td>{runs[i].Seconds:0.0}</td></tr>\n"));
        }

        page.Append("</tbody></table></div>\n");
        string environment = Path.Combine(runs[0].Path, "environment.json");
        if (File.Exists(environment))
        {
            page.Append("<h3>Environment of the first run</h3>\n<dl>\n");
            foreach ((string name, string value) in Properties(File.ReadAllText(environment)))
            {
                page.Append($"<div><dt>{Text(name)}</dt><dd>{Text(value)}</dd></div>\n");
            }

            page.Append("</dl>\n");
        }
    }

    private static Dictionary<string, string> Properties(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.EnumerateObject().ToDictionary(
                property => property.Name, property => property.Value.ValueKind is JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return [];
        }
    }

    private static string Number(double? value) => value is { } number && !double.IsNaN(number) ? number.ToString("G5", CultureInfo.InvariantCulture) : "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"LinearTransformers.Experiments.Report.{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
