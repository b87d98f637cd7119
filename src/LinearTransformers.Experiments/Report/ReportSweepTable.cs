using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Sweeps;

namespace LinearTransformers.Experiments.Report;

/// <summary>The table of a sweep, a row a run. Rows that differ in their seeds only stand together, which is where a cell leads.</summary>
internal static class ReportSweepTable
{
    private static readonly string[] Scores = ["loss", "standardError", "leastLoss", "floor", "excess", "seconds"];

    /// <summary>Writes it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="id">What the names of its cells in the page begin with.</param>
    /// <param name="recorded">The names of the runs whose training the page shows.</param>
    public static void Write(StringBuilder page, ReportSweep sweep, string id, IReadOnlySet<string> recorded)
    {
        page.Append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of the sweep\"><table class=\"sweep\">\n"
            + "<thead><tr>");
        page.AppendJoin("", ((string[])["run", "status", .. sweep.Names, .. Scores]).Select(name => $"<th>{Html.Text(name)}</th>"));
        page.Append("</tr></thead>\n");
        for (int i = 0; i < sweep.Cells.Count; i++)
        {
            page.Append($"<tbody id=\"{id}-c{i}\" data-label=\"{Html.Text(sweep.Cells[i].Label)}\">\n");
            foreach (SweepRow row in sweep.Cells[i].Rows)
            {
                Row(page, row, id, recorded.Contains(row.Point.Name));
            }

            page.Append("</tbody>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void Row(StringBuilder page, SweepRow row, string id, bool isRecorded)
    {
        string name = Html.Text(row.Point.Name);
        string run = isRecorded ? $"<a href=\"#{id}-curves\" data-run=\"{name}\">{name}</a>" : name;
        page.Append($"<tr class=\"{row.Status}\"><td>{run}</td><td>{row.Status}</td>");
        page.AppendJoin("", row.Point.Values.Select(value => $"<td>{Html.Value(value)}</td>"));
        double[] scores = row.Score is { } score
            ? [score.Loss, score.StandardError, score.LeastLoss, score.Floor, score.Excess]
            : [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN];
        page.AppendJoin("", scores.Select(number => $"<td>{(double.IsFinite(number) ? Html.Number(number) : "")}</td>"));
        string seconds = double.IsNaN(row.Seconds) ? "" : row.Seconds.ToString("0.0", CultureInfo.InvariantCulture);
        page.Append($"<td>{seconds}</td></tr>\n");
        if (row.Problem is not null)
        {
            int columns = 2 + row.Point.Values.Count + Scores.Length;
            page.Append($"<tr class=\"why\"><td colspan=\"{columns}\">{Html.Text(row.Problem)}</td></tr>\n");
        }
    }
}
