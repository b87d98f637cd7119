using System.Globalization;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Experiments.Watching;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>How watched runs stand: a table with a line for each, plain lines, and JSON.</summary>
internal static class WatchTable
{
    private const string Unknown = "–";
    private const string Between = "  ";
    private const int FewestOfName = 12;
    private const int Run = 0;
    private const int Status = 1;
    private static readonly string[] Heading = ["run", "status", "iteration", "loss", "gradient", "floor", "lr", "it/s", "left"];

    /// <summary>Lines that fit into a terminal: a run each, with a heading and a line on all of them.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="size">Columns and lines of the terminal.</param>
    /// <param name="last">What stands at the end of the last line.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<RunView> runs, (int Width, int Height) size, string last)
    {
        const int OtherLines = 3;
        int most = Math.Max(1, size.Height - 1 - OtherLines);
        HashSet<RunView> shown = new(
            runs.OrderBy(run => run.Status is not WatchStatus.Running).Take(most), ReferenceEqualityComparer.Instance);
        RunView[] hidden = [.. runs.Where(run => !shown.Contains(run))];
        RunView[] rows = [.. runs.Where(shown.Contains)];
        int[] widths = [.. Heading.Select((name, column) => rows.Select(run => Cells(run)[column].Length).Append(name.Length).Max())];
        widths[Run] = Math.Min(widths[Run], Math.Max(FewestOfName, size.Width - widths[1..].Sum(width => width + Between.Length) - 1));
        List<string> lines = [];
        if (rows.Length > 0)
        {
            lines.Add(Row(Heading, widths));
            lines.AddRange(rows.Select(run => Row(Cells(run), widths).TrimEnd() + Problem(run)));
        }

        if (hidden.Length > 0)
        {
            lines.Add($"… {WatchSummary.Of(hidden)} more");
        }

        lines.Add(WatchSummary.Of(runs) + last);
        return [.. lines.Select(line => Cut(line.TrimEnd(), size.Width - 1))];
    }

    /// <summary>A run in a line by itself.</summary>
    public static string Line(RunView run)
    {
        if (run.Status is WatchStatus.Damaged)
        {
            return Failure.OneLine($"{run.Path}: damaged: {run.Problem}");
        }

        string?[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{WatchSummary.Word(run.Status)}, {run.Iterations}/{run.MaxIterations}"),
            Named("loss ", run.Loss), Named("gradient norm ", run.GradientNorm), Named("floor ", run.Floor),
            Named("learning rate ", run.LearningRate),
            WatchSummary.Pace(run.IterationsPerSecond) is { } pace ? pace + " it/s" : null,
            WatchSummary.Duration(run.SecondsLeft) is { } left ? left + " left" : null,
        ];
        return Failure.OneLine($"{run.Path}: {string.Join(", ", parts.OfType<string>())}");
    }

    /// <summary>A run as a JSON object; the keys are the same for all.</summary>
    public static string Json(RunView run) => JsonLines.Compose(json =>
    {
        json.WriteString("path", run.Path);
        json.WriteString("status", WatchSummary.Word(run.Status));
        json.WriteString("problem", run.Problem);
        JsonLines.WriteNumber(json, "iterations", run.Iterations);
        JsonLines.WriteNumber(json, "maxIterations", run.MaxIterations);
        LogLineJson.WriteNumber(json, "loss", run.Loss);
        LogLineJson.WriteNumber(json, "gradientNorm", run.GradientNorm);
        LogLineJson.WriteNumber(json, "floor", run.Floor);
        json.WriteString("floorName", run.FloorName);
        LogLineJson.WriteNumber(json, "learningRate", run.LearningRate);
        LogLineJson.WriteNumber(json, "iterationsPerSecond", run.IterationsPerSecond);
        LogLineJson.WriteNumber(json, "seconds", run.Seconds);
        LogLineJson.WriteNumber(json, "secondsLeft", run.SecondsLeft);
    });

    /// <summary>All columns; a damaged run has no numbers.</summary>
    private static string[] Cells(RunView run)
    {
        string[] known = [Failure.OneLine(run.Path), WatchSummary.Word(run.Status)];
        return run.Status is WatchStatus.Damaged
            ? [.. known, .. Enumerable.Repeat("", Heading.Length - known.Length)]
            : [.. known, string.Create(CultureInfo.InvariantCulture, $"{run.Iterations}/{run.MaxIterations}"), Number(run.Loss),
                Number(run.GradientNorm), Number(run.Floor), Number(run.LearningRate),
                    WatchSummary.Pace(run.IterationsPerSecond) ?? Unknown, WatchSummary.Duration(run.SecondsLeft) ?? Unknown];
    }

    /// <summary>What is wrong with a damaged run, in place of the numbers.</summary>
    private static string Problem(RunView run)
        => run.Status is WatchStatus.Damaged ? Between + Failure.OneLine(run.Problem ?? "") : "";

    /// <summary>Numbers stand at the right of their columns; of a name that is too long the end is shown.</summary>
    private static string Row(string[] cells, int[] widths)
        => string.Join(Between, cells.Select((text, column) => column switch
        {
            Run when text.Length > widths[Run] => "…" + text[^(widths[Run] - 1)..],
            Run or Status => text.PadRight(widths[column]),
            _ => text.PadLeft(widths[column]),
        }));

    private static string? Named(string name, double value) => double.IsNaN(value) ? null : name + Number(value);

    /// <summary>Four digits.</summary>
    private static string Number(double value)
    {
        const double Small = 1e-4;
        const double Large = 1e5;
        return double.IsNaN(value) ? Unknown
            : Math.Abs(value) is >= Small and < Large or 0 ? value.ToString("G4", CultureInfo.InvariantCulture)
            : value.ToString("0.##e-0", CultureInfo.InvariantCulture);
    }

    private static string Cut(string line, int width) => line.Length <= width ? line : line[..Math.Max(0, width - 1)] + "…";
}
