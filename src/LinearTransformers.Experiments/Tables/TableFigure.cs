using LinearTransformers.Experiments.Plots;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A kind of figure that can be made of a table.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it shows, in a line.</param>
/// <param name="Draw">Makes it.</param>
public sealed record TableFigure(string Name, string Summary, Func<TidyTable, TableOptions, Plot> Draw)
{
    /// <summary>The figures. A new one is registered here.</summary>
    public static IReadOnlyList<TableFigure> All { get; } =
    [
        new(
            "eval",
            "losses, or another column, of a table that lintf eval --csv wrote, against what varies most in it",
            EvaluationFigure.Draw),
        new("curve", "a quantity of a sweep against one setting, a line for each value of another, with exact floors", SweepCurve.Draw),
        new("map", "a quantity of a sweep over two settings, as colours and numbers", SweepMap.Draw),
    ];

    /// <summary>The figure of a name; null where there is none.</summary>
    public static TableFigure? Named(string name) => All.FirstOrDefault(figure => figure.Name == name);

    /// <summary>The rows that an option asks for.</summary>
    /// <exception cref="SettingException">There is no such column, or no such row.</exception>
    internal static IReadOnlyList<IReadOnlyList<string>> Rows(TidyTable table, TableOptions options)
    {
        IEnumerable<IReadOnlyList<string>> rows = table.Rows;
        foreach ((string name, IReadOnlyList<string> values) in options.Where)
        {
            Column(table, "where", name);
            string[] there = [.. table.Rows.Select(row => table.Text(row, name)).Distinct()];
            foreach (string value in values.Where(value => !there.Contains(value)))
            {
                throw new SettingException(
                    "where", $"{name}={value}", $"a value of {name} in {table.Path}: {string.Join(", ", there.Take(12))}");
            }

            rows = rows.Where(row => values.Contains(table.Text(row, name)));
        }

        IReadOnlyList<string>[] left = [.. rows];
        return left.Length > 0 ? left : throw new PlotException($"{table.Path} has no rows that --where asks for");
    }

    /// <summary>A column that an option names.</summary>
    /// <exception cref="SettingException">There is none.</exception>
    internal static string Column(TidyTable table, string option, string name)
        => table.Has(name) ? name : throw new SettingException(
            option, name, $"a column of {table.Path}: {string.Join(", ", table.Names)}{Spelling.Suggestion(name, table.Names)}");
}
