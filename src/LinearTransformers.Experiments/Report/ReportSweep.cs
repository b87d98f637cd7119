using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Experiments.Tables;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Report;

/// <summary>A sweep as a page has it: its rows, and its cells, which have the rows that differ in their seeds only.</summary>
internal sealed class ReportSweep
{
    private readonly Dictionary<string, int> _cellOf = [];

    private ReportSweep(SweepFolder folder, IReadOnlyList<string> names, IReadOnlyList<SweepRow> rows)
    {
        (Folder, Names, Rows) = (folder, names, rows);
        Table = TidyTable.Of(SweepTable.Of(names, rows), folder.Path);
        int[] telling = [.. Enumerable.Range(0, names.Count).Where(i => !SweepCells.IsSeed(names[i]))];
        Cells = [.. rows.GroupBy(row => string.Join('\n', telling.Select(i => row.Point.Values[i])))
            .Select(group => new Cell(
                string.Join(", ", telling.Select(i => $"{names[i]} = {group.First().Point.Values[i]}")), [.. group]))];
        for (int i = 0; i < Cells.Count; i++)
        {
            foreach (SweepRow row in Cells[i].Rows)
            {
                _cellOf[SweepFolder.NameOf(row.Point)] = i;
            }
        }
    }

    /// <summary>The sweep's folder.</summary>
    public SweepFolder Folder { get; }

    /// <summary>The settings that vary.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Its rows, in the order of the points.</summary>
    public IReadOnlyList<SweepRow> Rows { get; }

    /// <summary>The same as table.csv has them.</summary>
    public TidyTable Table { get; }

    /// <summary>The cells, in the order of their first rows.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>How its points stand: "60 points over N, d and sd: 58 finished, 2 diverged".</summary>
    public string Counts
    {
        get
        {
            string names = Names.Count > 1 ? $"{string.Join(", ", Names.SkipLast(1))} and {Names[^1]}" : string.Concat(Names);
            return $"{Counted.Of(Rows.Count, "point")} over {names}: {SweepRow.Counts(Rows.Select(row => row.Status))}";
        }
    }

    /// <summary>Reads how a sweep stands. Nothing is scored and nothing written.</summary>
    /// <exception cref="ReportException">It cannot be read.</exception>
    public static ReportSweep Read(SweepFolder folder)
    {
        try
        {
            (IReadOnlyList<string> names, SweepRow[] rows) = SweepRows.AsTheyAre(folder, CancellationToken.None);
            return new ReportSweep(folder, names, rows);
        }
        catch (Exception exception) when (exception is SweepException or SettingException)
        {
            throw new ReportException(exception.Message, exception);
        }
    }

    /// <summary>The number of the cell that a row of the table is in.</summary>
    public int CellOf(IReadOnlyList<string> row) => _cellOf[Table.Text(row, "run")];

    /// <summary>Runs that differ in their seeds only.</summary>
    /// <param name="Label">What they have in common.</param>
    /// <param name="Rows">Their rows.</param>
    public sealed record Cell(string Label, IReadOnlyList<SweepRow> Rows);
}
