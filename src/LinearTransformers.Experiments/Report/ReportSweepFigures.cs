using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;
using LinearTransformers.Experiments.Figures.Rendering;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Experiments.Tables;
using SkiaSharp;

namespace LinearTransformers.Experiments.Report;

/// <summary>
/// The map and the curve of a sweep, as lintf plot draws them, one pair for each combination of what varies besides. Cells and points
/// lead to their runs.
/// </summary>
internal static class ReportSweepFigures
{
    /// <summary>More combinations are not drawn.</summary>
    private const int Most = 12;

    /// <summary>More lines than these could not be told apart.</summary>
    private const int MostLines = 8;

    /// <summary>How wide and high the link over a point is.</summary>
    private const float PointSize = 20;

    /// <summary>Writes them.</summary>
    /// <param name="page">The page.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="id">What the names of its cells in the page begin with.</param>
    public static void Write(StringBuilder page, ReportSweep sweep, string id)
    {
        TidyTable table = sweep.Table;
        string[] axes = Axes(table);
        if (axes.Length == 0)
        {
            page.Append("<p class=\"about\">Nothing but seeds varies: there is no map and no curve. "
                + "The name of a run in the table opens it.</p>\n");
            return;
        }

        string[] others = [.. axes.Skip(2)];
        (string Label, TableOptions Options)[] parts = [.. table.Rows
            .Select(row => others.Select(name => table.Text(row, name)).ToArray())
            .DistinctBy(values => string.Join('\n', values))
            .Select(values => (
                string.Join(", ", others.Zip(values, (name, value) => $"{name} = {value}")),
                new TableOptions
                {
                    X = axes[0],
                    By = axes.ElementAtOrDefault(1),
                    Where = [.. others.Zip(values, (name, value) => (name, (IReadOnlyList<string>)[value]))],
                }))];
        string quantity = SweepMap.Usual.FirstOrDefault(name => HasAny(table, name)) ?? SweepMap.Usual[^1];
        SweepCells[] cells = [.. parts.Select(part => SweepCells.Of(table, part.Options with { Y = quantity }, SweepMap.Usual, false))];
        double[] means = [.. cells.SelectMany(cell => cell.Means())];
        (double, double)? ends = means.Length == 0 ? null : (means.Min(), means.Max());
        for (int i = 0; i < Math.Min(parts.Length, Most); i++)
        {
            if (parts[i].Label.Length > 0)
            {
                page.Append($"<h4>{Html.Text(parts[i].Label)}</h4>\n");
            }

            page.Append("<div class=\"figures pair\">\n");
            if (cells[i].By is not null)
            {
                Map(page, sweep, cells[i], ends, id);
            }

            Curve(page, sweep, parts[i].Options with { Y = "loss" }, id);
            page.Append("</div>\n");
        }

        string more = parts.Length <= Most ? ""
            : $" The first {Most} of {parts.Length} combinations of {string.Join(" and ", others)} are here; "
                + "lintf plot map --where draws any other.";
        page.Append("<p class=\"about\">A cell, or a point of the curve, opens its runs: their rows, and their training below. "
            + $"Without JavaScript it leads to the rows.{Html.Text(more)}</p>\n");
    }

    /// <summary>
    /// What varies: the first two are the axes. Numbers go first, and what goes along with another setting is no axis of its own.
    /// </summary>
    private static string[] Axes(TidyTable table)
    {
        List<string> kept = [];
        foreach (string name in SweepCells.Varying(table, table.Rows))
        {
            if (!kept.Any(by => SweepCells.IsTold(table, table.Rows, name, by)))
            {
                kept.Add(name);
            }
        }

        return [.. kept.OrderBy(name => table.Rows.All(row => table.Number(row, name) is not null) ? 0 : 1)];
    }

    private static bool HasAny(TidyTable table, string name) => table.Rows.Any(row => table.Number(row, name) is not null);

    private static void Map(StringBuilder page, ReportSweep sweep, SweepCells cells, (double, double)? ends, string id)
    {
        Plot plot = SweepMap.Draw(cells, ends);
        MapFigure figure = (MapFigure)plot.Figure with { Note = "" };
        MapFigureRenderer renderer = new(figure);
        List<FigureLink> links = [];
        for (int row = 0; row < figure.Rows.Length; row++)
        {
            for (int column = 0; column < figure.Columns.Length; column++)
            {
                if (LinkTo(sweep, cells, figure.Columns[column], figure.Rows[row], renderer.PlaceOf(row, column), id) is { } link)
                {
                    links.Add(link);
                }
            }
        }

        Append(page, figure, links, plot.Caption);
    }

    private static void Curve(StringBuilder page, ReportSweep sweep, TableOptions options, string id)
    {
        SweepCells cells = SweepCells.Of(sweep.Table, options, SweepMap.Usual, false);
        if (!cells.XValues.All(x => double.TryParse(x, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            page.Append($"<p class=\"about\">No curve: the values of {Html.Text(cells.X)} are no numbers.</p>\n");
            return;
        }

        string few = "";
        if (cells.By is { } name && cells.ByValues is { Length: > MostLines } all)
        {
            string[] drawn = [.. Enumerable.Range(0, MostLines).Select(i => all[i * (all.Length - 1) / (MostLines - 1)])];
            cells = SweepCells.Of(sweep.Table, options with { Where = [.. options.Where, (name, drawn)] }, SweepMap.Usual, false);
            few = $" {MostLines} of the {all.Length} values of {name}.";
        }

        Plot plot;
        try
        {
            plot = SweepCurve.Draw(cells, "the sweep");
        }
        catch (PlotException exception)
        {
            page.Append($"<p class=\"about\">No curve: {Html.Text(exception.Message)}.</p>\n");
            return;
        }

        LineFigure figure = (LineFigure)plot.Figure with { Note = "" };
        Dictionary<string, string> values = cells.ByValues.ToDictionary(by => SweepCurve.NameOf(cells, by));
        Dictionary<double, string> places = [];
        foreach (string x in cells.XValues)
        {
            places[double.Parse(x, CultureInfo.InvariantCulture)] = x;
        }

        Append(page, figure, new LineFigureRenderer(figure).Points()
            .Where(point => figure.Series[point.Series].Name.Length > 0 && float.IsFinite(point.Place.X + point.Place.Y))
            .Select(point => LinkTo(sweep, cells, places[point.X], values[figure.Series[point.Series].Name],
                SKRect.Create(point.Place.X - (PointSize / 2), point.Place.Y - (PointSize / 2), PointSize, PointSize), id))
            .OfType<FigureLink>(), plot.Caption + few);
    }

    /// <summary>The link to a cell's runs; null where there are none.</summary>
    private static FigureLink? LinkTo(ReportSweep sweep, SweepCells cells, string x, string by, SKRect place, string id)
    {
        if (cells.Rows(x, by).FirstOrDefault() is not { } first)
        {
            return null;
        }

        int number = sweep.CellOf(first);
        ReportSweep.Cell cell = sweep.Cells[number];
        (double mean, double error, int count) = cells.At(x, by);
        string value = count == 0 ? "" : $"{SweepMap.Label(cells.Quantity)} {Html.ShortNumber(mean)}"
            + (double.IsFinite(error) ? $" ± {error.ToString("G2", CultureInfo.InvariantCulture)}" : "") + "; ";
        string runs = SweepRow.Counts(cell.Rows.Select(row => row.Status));
        return new FigureLink(
            place.Left, place.Top, place.Width, place.Height, $"#{id}-c{number}", $"{cell.Label}: {value}{runs}");
    }

    private static void Append(StringBuilder page, Figure figure, IEnumerable<FigureLink> links, string caption)
        => page.Append($"<figure><div class=\"picture\">{SvgLinks.Of(figure, links)}</div><figcaption>{Html.Text(caption)}</figcaption>"
            + "</figure>\n");
}
