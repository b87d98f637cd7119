using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Report;
using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Watching;

/// <summary>
/// One HTML page of runs that are being watched, with everything in it: how each stands, and its loss and gradient norm so far. A browser
/// reloads it by itself for as long as the watch goes on.
/// </summary>
public static class WatchPage
{
    /// <summary>Seconds between two reloads.</summary>
    private const int ReloadSeconds = 2;

    private const string Unknown = "–";
    private const string Style = """
        .panel { overflow-x: auto; }
        .watched { display: block; width: 100%; min-width: 36rem; height: auto; }
        .watched text { fill: var(--ink); font-size: 13px; }
        .watched .grid { stroke: var(--line); }
        .watched .axis { stroke: var(--ink); fill: none; }
        .watched .curve { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
        .watched path.floor { stroke: var(--faint); stroke-dasharray: 7 4; stroke-width: 1.2; }
        .watched text.floor { font-size: 12px; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
        .wide { max-height: none; }
        td.n, th.n { text-align: right; }
        td.run { white-space: normal; overflow-wrap: anywhere; min-width: 14rem; }
        td.run svg { margin-right: .5rem; vertical-align: middle; }
        td.problem { white-space: normal; color: var(--bad); }
        progress { width: 7rem; height: .7rem; margin-right: .5rem; accent-color: var(--accent); }
        .running { color: var(--accent); font-weight: 600; }
        .finished { color: var(--good); }
        .diverged, .damaged { color: var(--bad); font-weight: 600; }
        .interrupted { color: var(--faint); font-weight: 600; }

        """;

    private static readonly string[] Dashes = ["", "7 3", "2 3", "9 3 2 3"];

    /// <summary>Curves that colours and dashes tell apart.</summary>
    private static int MostCurves => Palette.Colors.Length * Dashes.Length;

    /// <summary>Writes the page: whoever opens it finds it whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="runs">How the runs stand.</param>
    /// <param name="end">What is said of the watch once it has ended; null while it goes on, and the page reloads itself.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not ours to write.</exception>
    public static void Write(string path, IReadOnlyList<RunView> runs, string? end)
        => AtomicFile.WriteFleeting(path, Compose(runs, end, DateTimeOffset.Now));

    /// <summary>The page.</summary>
    internal static string Compose(IReadOnlyList<RunView> runs, string? end, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(runs);
        string title = WatchSummary.Of(runs);
        string written = now.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
        Dictionary<RunView, (string Color, string Dashes)> styles = Styles(runs);
        WatchCurve[] Curves(Func<RunView, Curve?> curve)
            => [.. styles.Where(pair => curve(pair.Key) is not null)
                .Select(pair => new WatchCurve(curve(pair.Key)!, pair.Value.Color, pair.Value.Dashes))];
        (string, double)[] floors =
            [.. styles.Keys.Where(run => run.FloorName is not null).Select(run => (run.FloorName!, run.Floor)).Distinct()];
        StringBuilder page = new();
        page.Append(ReportPage.Head(
            $"{Html.Text(title)} · lintf watch",
            (end is null ? Invariant($"<meta http-equiv=\"refresh\" content=\"{ReloadSeconds}\">\n") : "")
                + "<script>document.documentElement.dataset.theme = "
                + "matchMedia(\"(prefers-color-scheme: dark)\").matches ? \"dark\" : \"light\";</script>\n",
            Style));
        page.Append($"<header>\n<h1>{Html.Text(title)}</h1>\n<p>lintf watch, {written}. "
            + (end is null ? Invariant($"The page reloads every {ReloadSeconds} seconds.") : Html.Text(end)) + "</p>\n</header>\n<main>\n");
        if (WatchChart.Svg("Training loss", Curves(run => run.LossCurve), floors) is { } losses)
        {
            page.Append($"<div class=\"panel\">\n<h3>Training loss</h3>\n{losses}</div>\n");
        }

        Table(page, runs, styles);
        if (WatchChart.Svg("Gradient norm", Curves(run => run.GradientCurve), []) is { } norms)
        {
            page.Append($"<div class=\"panel\">\n<h3>Gradient norm</h3>\n{norms}</div>\n");
        }

        if (styles.Count < runs.Count)
        {
            page.Append(Invariant($"<p class=\"about\">The charts show {styles.Count} of {runs.Count} runs, running ones first.</p>\n"));
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>A colour and dashes for each run that has a curve, running ones first where there are too many.</summary>
    private static Dictionary<RunView, (string Color, string Dashes)> Styles(IReadOnlyList<RunView> runs)
    {
        HashSet<RunView> shown = new(
            runs.Where(run => run.LossCurve?.Values.Length > 0).OrderBy(run => run.Status is not WatchStatus.Running).Take(MostCurves),
                ReferenceEqualityComparer.Instance);
        Dictionary<RunView, (string, string)> styles = new(ReferenceEqualityComparer.Instance);
        foreach (RunView run in runs.Where(shown.Contains))
        {
            FigureColor color = Palette.At(styles.Count);
            styles[run] = (
                color == FigureColor.Black ? "var(--ink)" : $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}",
                Dashes[styles.Count / Palette.Colors.Length]);
        }

        return styles;
    }

    private static void Table(
        StringBuilder page, IReadOnlyList<RunView> runs, Dictionary<RunView, (string Color, string Dashes)> styles)
    {
        page.Append("<div class=\"wide\"><table>\n<tr><th>run</th><th>status</th><th>iteration</th><th class=\"n\">loss</th>"
            + "<th class=\"n\">gradient norm</th><th class=\"n\">exact floor</th><th class=\"n\">learning rate</th>"
            + "<th class=\"n\">it/s</th><th class=\"n\">time left</th></tr>\n");
        foreach (RunView run in runs)
        {
            string status = WatchSummary.Word(run.Status);
            string line = styles.TryGetValue(run, out (string Color, string Dashes) style)
                ? "<svg width=\"26\" height=\"6\" aria-hidden=\"true\"><path d=\"M0 3h26\" stroke-width=\"3\" "
                    + $"style=\"stroke:{style.Color}\" stroke-dasharray=\"{style.Dashes}\"/></svg>"
                : "";
            page.Append($"<tr><td class=\"run\">{line}{Html.Text(run.Path)}</td><td class=\"{status}\">{status}</td>");
            if (run.Status is WatchStatus.Damaged)
            {
                page.Append($"<td class=\"problem\" colspan=\"7\">{Html.Text(run.Problem ?? "")}</td></tr>\n");
                continue;
            }

            page.Append(Invariant($"<td><progress max=\"{run.MaxIterations}\" value=\"{run.Iterations}\"></progress>")
                + Invariant($"{run.Iterations} / {run.MaxIterations}</td>")
                + Number(run.Loss) + Number(run.GradientNorm) + Number(run.Floor, run.FloorName) + Number(run.LearningRate)
                + Cell(WatchSummary.Pace(run.IterationsPerSecond)) + Cell(WatchSummary.Duration(run.SecondsLeft)) + "</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static string Number(double value, string? title = null)
        => double.IsNaN(value) ? Cell(null)
            : $"<td class=\"n\"{(title is null ? "" : $" title=\"{Html.Text(title)}\"")}>{Html.ShortNumber(value)}</td>";

    private static string Cell(string? text) => $"<td class=\"n\">{text ?? Unknown}</td>";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
