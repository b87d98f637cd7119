using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A quantity of a sweep's runs by the values of some settings: the mean over seeds, and its error.</summary>
internal sealed class SweepCells
{
    private static readonly string[] Seeds = ["sd", "data-seed"];
    private static readonly string[] Measured = ["run", "status", "loss", "standardError", "leastLoss", "floor", "excess", "seconds"];

    /// <summary>What a run without a value has come to; the first of them that a cell has is said of it.</summary>
    private static readonly (string Status, MapMark Mark)[] Marks =
    [
        ("failed", new("!", "failed")), ("damaged", new("!", "damaged")), ("diverged", new("×", "diverged")),
        ("running", new("…", "running")), ("unfinished", new("…", "unfinished")), ("new", new("…", "not begun")),
    ];

    private readonly TidyTable _table;
    private readonly IReadOnlyList<IReadOnlyList<string>> _rows;
    private readonly string _quantity;
    private readonly ILookup<(string, string), IReadOnlyList<string>> _byCell;

    private SweepCells(TidyTable table, IReadOnlyList<IReadOnlyList<string>> rows, string quantity, string x, string? by)
    {
        (_table, _rows, _quantity, X, By) = (table, rows, quantity, x, by);
        _byCell = rows.ToLookup(row => (table.Text(row, x), by is null ? "" : table.Text(row, by)));
    }

    /// <summary>The setting along the horizontal axis.</summary>
    public string X { get; }

    /// <summary>The other setting; null where there is none.</summary>
    public string? By { get; }

    /// <summary>What is shown.</summary>
    public string Quantity => _quantity;

    /// <summary>The values of the first setting.</summary>
    public string[] XValues => Values(X);

    /// <summary>The values of the other one; one that is empty where there is none.</summary>
    public string[] ByValues => By is null ? [""] : Values(By);

    /// <summary>Runs without a value, by their status.</summary>
    public IReadOnlyList<string> Missing => [.. ByStatus(_table, _rows.Where(row => _table.Number(row, _quantity) is null))];

    /// <summary>The cells of a table, over the settings that vary in it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="usual">The quantities, of which the first one that the table has is shown.</param>
    /// <param name="needsBy">Whether there must be a second setting.</param>
    /// <exception cref="SettingException">A column is not there.</exception>
    /// <exception cref="PlotException">Settings vary that are not asked for, or too few do.</exception>
    public static SweepCells Of(TidyTable table, TableOptions options, string[] usual, bool needsBy)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = TableFigure.Rows(table, options);
        string quantity = options.Y is { } y
            ? TableFigure.Column(table, "y", y)
            : usual.FirstOrDefault(name => table.Has(name) && rows.Any(row => table.Number(row, name) is not null))
                ?? throw new PlotException($"{table.Path} has no value of {usual[^1]} to draw: {Statuses(table, rows)}");
        string[] varying = Varying(table, rows);
        string x = options.X is { } given ? TableFigure.Column(table, "x", given)
            : varying.FirstOrDefault(name => name != options.By)
                ?? throw new PlotException($"{table.Path} has no setting with several values but for seeds");
        string? by = options.By is { } other ? TableFigure.Column(table, "by", other)
            : varying.FirstOrDefault(name => name != x && !IsTold(table, rows, name, x));
        if (needsBy && by is null)
        {
            throw new PlotException($"{table.Path} has one setting with several values, {x}: a map needs two");
        }

        string[] others = [.. varying.Where(name => name != x && name != by && !IsTold(table, rows, name, x)
            && (by is null || !IsTold(table, rows, name, by)))];
        return others.Length == 0
            ? new SweepCells(table, rows, quantity, x, by)
            : throw new PlotException(
                $"in {table.Path} {string.Join(" and ", others)} {(others.Length == 1 ? "varies" : "vary")} too: choose values with "
                    + string.Join(' ', others.Select(other => $"--where {other}={table.Text(rows[0], other)}")));
    }

    /// <summary>The settings that differ between rows, but for seeds.</summary>
    public static string[] Varying(TidyTable table, IReadOnlyList<IReadOnlyList<string>> rows)
        => [.. table.Names.Where(name => !Measured.Contains(name) && !IsSeed(name)
            && rows.Select(row => table.Text(row, name)).Distinct().Count() > 1)];

    /// <summary>Whether a setting is a seed.</summary>
    public static bool IsSeed(string name) => Seeds.Contains(name);

    /// <summary>Whether a setting goes along with another: rows that have the same of that have the same of this.</summary>
    public static bool IsTold(TidyTable table, IReadOnlyList<IReadOnlyList<string>> rows, string name, string by)
        => rows.GroupBy(row => table.Text(row, by)).All(group => group.Select(row => table.Text(row, name)).Distinct().Count() == 1);

    /// <summary>The rows of a cell; none where the sweep has no such point.</summary>
    public IEnumerable<IReadOnlyList<string>> Rows(string x, string by) => _byCell[(x, by)];

    /// <summary>What is said of a cell of which some runs have no value; null where all have one, or have ended without.</summary>
    public MapMark? MarkOf(string x, string by)
    {
        string[] statuses = [.. Rows(x, by).Where(row => _table.Number(row, _quantity) is null).Select(row => _table.Text(row, "status"))];
        return Marks.FirstOrDefault(mark => statuses.Contains(mark.Status)).Mark;
    }

    /// <summary>The mean over seeds of a column, its standard error, and how many runs have it; NaN where none does.</summary>
    public (double Mean, double Error, int Count) At(string x, string by, string? column = null)
    {
        double[] values = [.. Rows(x, by).Select(row => _table.Number(row, column ?? _quantity)).OfType<double>()];
        if (values.Length == 0)
        {
            return (double.NaN, double.NaN, 0);
        }

        double mean = values.Average();
        double error = values.Length < 2 ? double.NaN
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
        return (mean, error, values.Length);
    }

    /// <summary>The finite means of all cells.</summary>
    public IEnumerable<double> Means()
        => XValues.SelectMany(x => ByValues.Select(by => At(x, by).Mean)).Where(double.IsFinite);

    private static string Statuses(TidyTable table, IEnumerable<IReadOnlyList<string>> rows) => string.Join(", ", ByStatus(table, rows));

    private static IEnumerable<string> ByStatus(TidyTable table, IEnumerable<IReadOnlyList<string>> rows)
        => rows.GroupBy(row => table.Text(row, "status"))
            .Select(group => $"{Counted.Of(group.Count(), "run")} {(group.Key.Length > 0 ? group.Key : "without a value")}");

    /// <summary>Numbers in their order, texts in that of the table.</summary>
    private string[] Values(string name)
    {
        string[] values = [.. _rows.Select(row => _table.Text(row, name)).Distinct()];
        return values.All(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            ? [.. values.OrderBy(value => double.Parse(value, CultureInfo.InvariantCulture))]
            : values;
    }
}
