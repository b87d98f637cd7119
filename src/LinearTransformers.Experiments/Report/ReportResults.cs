using System.Text;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Report;

/// <summary>How a folder's results stand: in a sentence, and row by row.</summary>
internal static class ReportResults
{
    /// <summary>The sentence, and a table for each results file.</summary>
    public static void Write(StringBuilder page, ReportFolder folder)
    {
        page.Append($"<p class=\"summary\">{Html.Text(Summary(folder))}</p>\n");
        for (int i = 0; i < folder.Tables.Count; i++)
        {
            ReportTable table = folder.Tables[i];
            string words = table.Version.Words;
            string name = table.Version.IsSmall
                ? $"Results of a small version: {words}"
                : words.Length == 0 ? "Results" : $"Results: {words}";
            ReportPage.Details(page, name, i == 0, () => Table(page, table));
        }
    }

    /// <summary>In a few words, for a list of folders.</summary>
    public static string Brief(ReportFolder folder)
    {
        if (Headline(folder) is not [{ } first, ..] tables)
        {
            return folder.Sweep?.Counts ?? Count(folder.Runs.Count(), "run");
        }

        (int matching, int falling) = (tables.Sum(table => table.Matching), tables.Sum(table => table.Short));
        return first.Version.IsSmall ? "a small version"
            : falling > 0 ? $"✗ {falling} of {matching + falling} fall short"
            : matching > 0 ? $"✓ {matching} of {matching} match"
            : "nothing to compare with";
    }

    /// <summary>Those nearest to the published way.</summary>
    private static ReportTable[] Headline(ReportFolder folder)
    {
        ReportTable[] nearest = [.. folder.Tables.TakeWhile(table => table.Version.Rank == folder.Tables[0].Version.Rank)];
        return nearest is [{ Version.Rank: 0 }, ..] ? nearest : [.. nearest.Take(1)];
    }

    private static string Summary(ReportFolder folder)
    {
        List<string> sentences = [];
        if (Headline(folder) is [{ } table, ..])
        {
            string judged = table.Short > 0
                ? $"{table.Short} of {Count(table.Matching + table.Short, "comparison")} {(table.Short == 1 ? "falls" : "fall")} short, "
                    + $"{table.Matching} {(table.Matching == 1 ? "matches" : "match")}"
                : $"{table.Matching} of {Count(table.Matching, "comparison")} {(table.Matching == 1 ? "matches" : "match")}";
            bool hasJudged = table.Matching + table.Short > 0;
            if (table.Version.IsSmall)
            {
                sentences.Add($"This is a small version of {table.Version.Experiment?.Name ?? folder.Name}: {table.Version.Words}.");
                sentences.Add(hasJudged
                    ? "Most published numbers are of the whole experiment and are not judged here; "
                        + $"at this scale {Count(table.Matching + table.Short, "comparison")} could be made: "
                        + $"{table.Matching} within its tolerance, {table.Short} not."
                    : "The published numbers are of the whole experiment: none is judged here.");
            }
            else
            {
                string way = table.Version.Words.Length == 0 ? "" : $" (run in another way than published: {table.Version.Words})";
                sentences.Add(hasJudged ? $"{judged}{way}." : $"Nothing published to compare with{way}.");
            }

            if (table.NotJudged > 0 && (hasJudged || table.Version.IsSmall))
            {
                sentences.Add($"{Count(table.NotJudged, "row")} of the table {(table.NotJudged == 1 ? "has" : "have")} no verdict.");
            }
        }

        int runs = folder.Runs.Count();
        if (folder.Sweep is { } sweep)
        {
            sentences.Add($"A sweep of {sweep.Counts}.");
        }
        else if (runs > 0)
        {
            string groups = folder.Groups.All.Count == runs
                ? ""
                : $" in {Count(folder.Groups.All.Count, "group")} that differ in more than their seeds";
            int diverged = folder.Runs.Count(run => run.Directory.Status is Training.RunStatus.Diverged);
            int unfinished = folder.Runs.Count(run => run.Directory.Status is Training.RunStatus.Unfinished);
            string ends = string.Concat(diverged > 0 ? $", {diverged} diverged" : "", unfinished > 0 ? $", {unfinished} unfinished" : "");
            sentences.Add($"{Count(runs, "run")}"
                + $"{(folder.Groups.All.Count == 1 && runs > 1 ? " that differ in their seeds only" : groups)}{ends}.");
        }

        return string.Join(" ", sentences);
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static void Table(StringBuilder page, ReportTable table)
    {
        page.Append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Results\">"
            + "<table class=\"results\">\n<thead><tr><th>quantity</th><th>published</th><th>exact</th>"
            + "<th>here</th><th>tolerance</th><th>verdict</th></tr></thead>\n<tbody>\n");
        foreach (ResultRow row in table.Rows)
        {
            (string kind, string verdict) = row.Verdict switch
            {
                Verdict.Match => ("match", "✓ match"),
                Verdict.Short => ("short", "✗ short"),
                _ => ("none", "– none"),
            };
            page.Append($"<tr class=\"{kind}\"><td>{Html.Text(row.Quantity)}</td>"
                + $"<td>{Number(row.Published)}</td><td>{Number(row.Exact)}</td><td>{Number(row.Ours)}</td>"
                + $"<td>{Html.Text(row.Tolerance ?? "")}</td><td>{verdict}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        if (table.Details > 0)
        {
            page.Append($"<p class=\"about\">The rows sum up {Count(table.Details, "comparison")} "
                + "one by one, which are in the results file.</p>\n");
        }
    }

    private static string Number(double? value)
        => value is not { } number ? "" : double.IsNaN(number) ? "not a number" : Html.Number(number);
}
