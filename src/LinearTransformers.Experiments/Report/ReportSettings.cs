using System.Globalization;
using System.Text;

namespace LinearTransformers.Experiments.Report;

/// <summary>What all runs of a folder have in common, what sets each apart, and where they were made.</summary>
internal static class ReportSettings
{
    private const int MostValues = 3;

    public static void Write(StringBuilder page, ReportFolder folder)
    {
        ReportRun[] runs = [.. folder.Runs];
        IReadOnlyDictionary<string, string>[] settings = RunSettings.Of(runs.Select(run => run.Settings));
        string[] varying = RunSettings.Varying(settings);
        page.Append($"<h3>Settings of {(runs.Length == 1 ? "the run" : "all runs")}</h3>\n");
        List(page, settings[0].Where(setting => !varying.Contains(setting.Key))
            .Select(setting => (setting.Key, Html.Value(setting.Value))));
        if (folder.Sweep is null)
        {
            Runs(page, runs, settings, varying);
        }

        Environment(page, runs);
    }

    private static void Runs(
        StringBuilder page, ReportRun[] runs, IReadOnlyDictionary<string, string>[] settings, string[] varying)
    {
        page.Append("<h3>Runs</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
            + "aria-label=\"Runs\"><table>\n<thead><tr><th>folder</th>");
        foreach (string name in varying)
        {
            page.Append($"<th>{Html.Text(name)}</th>");
        }

        page.Append("<th>status</th><th>last loss</th><th>seconds</th></tr></thead>\n<tbody>\n");
        for (int i = 0; i < runs.Length; i++)
        {
            page.Append($"<tr><td>{Html.Text(runs[i].Name)}</td>");
            foreach (string name in varying)
            {
                page.Append($"<td>{Html.Value(settings[i][name])}</td>");
            }

            double loss = runs[i].Directory.LastLoss;
            page.Append(string.Create(CultureInfo.InvariantCulture,
                $"<td>{runs[i].Directory.Status.ToString().ToLowerInvariant()}</td><td>{(double.IsNaN(loss) ? "" : Html.Number(loss))}</td>"
                + $"<td>{runs[i].Directory.Seconds:0.0}</td></tr>\n"));
        }

        page.Append("</tbody></table></div>\n");
    }

    /// <summary>What environment.json says; of what differs between runs, a few of the values.</summary>
    private static void Environment(StringBuilder page, ReportRun[] runs)
    {
        Dictionary<string, List<string>> values = [];
        foreach (ReportRun run in runs)
        {
            foreach ((string name, string value) in Html.Properties(Read(Path.Combine(run.Directory.Path, "environment.json"))))
            {
                if (!values.TryGetValue(name, out List<string>? known))
                {
                    values.Add(name, known = []);
                }

                if (known.Count <= MostValues && !known.Contains(value))
                {
                    known.Add(value);
                }
            }
        }

        // Seconds are in the table, run by run.
        values.Remove("seconds");
        if (values.Count > 0)
        {
            page.Append("<h3>Environment</h3>\n");
            List(page, values.Select(pair => (pair.Key,
                string.Join("; ", pair.Value.Take(MostValues).Select(Html.Value))
                + (pair.Value.Count > MostValues ? "; …" : ""))));
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it.
            return "";
        }
    }

    private static void List(StringBuilder page, IEnumerable<(string Name, string Html)> entries)
    {
        page.Append("<dl>\n");
        foreach ((string name, string html) in entries)
        {
            page.Append($"<div><dt>{Html.Text(name)}</dt><dd>{html}</dd></div>\n");
        }

        page.Append("</dl>\n");
    }
}
