using System.Text;
using LinearTransformers.Experiments.Figures.Output;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Report;

/// <summary>One HTML page of a table and its figures, without anything from elsewhere.</summary>
public static class TablePage
{
    /// <summary>The page.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="table">The table; columns that say the same in all rows stand above it, those that are empty nowhere.</param>
    /// <param name="figures">Its figures.</param>
    public static string Of(string title, PlotTable table, IReadOnlyList<Plot> figures)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(figures);
        StringBuilder page = new();
        page.Append($"{ReportPage.Head(Html.Text(title))}<header>\n<h1>{Html.Text(title)}</h1>\n</header>\n");
        List<int> shown = [];
        page.Append("<dl>\n");
        for (int i = 0; i < table.Names.Count; i++)
        {
            string[] values = [.. table.Rows.Select(row => row[i]).Distinct()];
            if (values.Length > 1)
            {
                shown.Add(i);
            }
            else if (values is [{ Length: > 0 } value])
            {
                page.Append($"<div><dt>{Html.Text(table.Names[i])}</dt><dd>{Html.Value(value)}</dd></div>\n");
            }
        }

        page.Append("</dl>\n");
        foreach (Plot figure in figures)
        {
            string svg = Encoding.UTF8.GetString(FigureWriter.ToSvg(figure.Figure));
            page.Append($"<figure class=\"alone\">\n{svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]}\n</figure>\n");
        }

        page.Append("<div class=\"wide\">\n<table>\n<tr>");
        page.AppendJoin("", shown.Select(i => $"<th>{Html.Text(table.Names[i])}</th>"));
        page.Append("</tr>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            page.Append("<tr>").AppendJoin("", shown.Select(i => $"<td>{Html.Value(row[i])}</td>")).Append("</tr>\n");
        }

        return page.Append("</table>\n</div>\n</body>\n</html>\n").ToString();
    }
}
