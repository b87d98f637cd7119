using System.Globalization;
using LinearTransformers.Experiments.Results;
using Spectre.Console;

namespace LinearTransformers.Cli.Output;

/// <summary>An experiment's results as a table: published, exact, ours, verdict.</summary>
internal static class ResultTable
{
    /// <summary>Where standard output is no terminal, rows are not broken.</summary>
    private const int WidthOfFiles = 200;

    /// <summary>Narrower terminals get no table.</summary>
    private const int WidthOfTable = 150;

    public static void Write(TextWriter writer, ExperimentResult result, double seconds, int? terminalWidth)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            ColorSystem = ColorSystemSupport.NoColors,
            Ansi = AnsiSupport.No,
        });
        console.Profile.Width = terminalWidth ?? WidthOfFiles;
        if (console.Profile.Width < WidthOfTable)
        {
            WriteUnderOneAnother(writer, result);
        }
        else
        {
            console.Write(AsTable(result));
        }

        foreach (string figure in result.Figures)
        {
            writer.WriteLine($"{figure}.png  .svg  .pdf");
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.ResultsPath}  ({seconds:0.0} s)"));
    }

    private static Table AsTable(ExperimentResult result)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(result.Experiment);
        foreach (string column in (string[])["published", "exact", "ours", "tolerance", "verdict"])
        {
            table.AddColumn(new TableColumn(
                column)
            { Alignment = column is "tolerance" or "verdict" ? Justify.Left : Justify.Right, NoWrap = true });
        }

        foreach (ResultRow row in result.Rows)
        {
            table.AddRow(
                new Text(row.Quantity),
                new Text(Number(row.Published)),
                new Text(Number(row.Exact)),
                new Text(Number(row.Ours)),
                new Text(row.Tolerance ?? ""),
                new Text(Word(row.Verdict)));
        }

        return table;
    }

    /// <summary>For a narrow terminal: the quantity on a line of its own, the numbers below it.</summary>
    private static void WriteUnderOneAnother(TextWriter writer, ExperimentResult result)
    {
        foreach (ResultRow row in result.Rows)
        {
            string[] parts =
            [
                row.Published is null ? "" : "published " + Number(row.Published),
                row.Exact is null ? "" : "exact " + Number(row.Exact),
                "ours " + Number(row.Ours),
                row.Tolerance is null ? "" : "tolerance " + row.Tolerance,
                Word(row.Verdict),
            ];
            writer.WriteLine(row.Quantity);
            writer.WriteLine("    " + string.Join("  ", parts.Where(part => part.Length > 0)));
        }

        writer.WriteLine();
    }

    private static string Word(Verdict verdict) => verdict switch { Verdict.Match => "match", Verdict.Short => "SHORT", _ => "" };

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "";
}
