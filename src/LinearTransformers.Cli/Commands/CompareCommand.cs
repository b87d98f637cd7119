using System.CommandLine;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Runs;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf runs compare: the settings in which runs differ, where they ended, and their losses over one another.</summary>
internal static class CompareCommand
{
    /// <summary>About so many points to a curve.</summary>
    private const int Points = 200;

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "compare",
                "Compare runs: the settings that differ, final numbers, and a figure of their test losses; runs that differ in their "
                    + "seeds only are one curve.");
        FigureOptions common = new(
            "figures/compare",
            $"iterations between two points [so that there are about {Points}]",
            "all",
            "fresh prompts that losses are scored on [100000]");
        Option<bool> noFigure = new("--no-figure") { Description = "draw no figure: settings and training losses only" };
        Option<bool> json = new("--json") { Description = "print a JSON object on one line" };
        command.Arguments.Add(common.Runs);
        common.AddTo(command);
        command.Options.Add(noFigure);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string path = common.Output(parsed, "compare");
            string? table = common.Table(parsed);
            IReadOnlyList<RunSummary> runs = RunsCommand.Find(parsed.GetValue(common.Runs));
            if (runs.Count < 2)
            {
                throw new UsageException($"{runs[0].Path} is the only run: compare takes two or more");
            }

            if (runs.FirstOrDefault(run => run.Directory is null) is { } damaged)
            {
                throw new UsageException(damaged.Problem!);
            }

            PlotOptions options = common.Read(parsed);
            options = options with { Every = options.Every ?? Every(runs) };
            Plot? plot = parsed.GetValue(noFigure)
                ? null : FigureOptions.Draw(terminal, "loss", [.. runs.Select(run => run.Path)], options);
            IReadOnlyList<string> files = plot is null ? [] : FigureOptions.Save(terminal, plot, path, table);
            if (parsed.GetValue(json))
            {
                WriteJson(terminal.Out, runs, plot, files);
            }
            else
            {
                Write(terminal.Out, runs, plot, files);
            }

            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>A multiple of all strides, so that every history holds the points.</summary>
    private static int Every(IReadOnlyList<RunSummary> runs)
    {
        long stride = 1;
        foreach (int next in runs.Select(run => run.Directory!.Settings.HistoryStride))
        {
            stride = Math.Min(int.MaxValue, stride / (long)System.Numerics.BigInteger.GreatestCommonDivisor(stride, next) * next);
        }

        int[] ends = [.. runs.Select(run => run.Directory!.Iteration)];
        return (int)(stride * Math.Max(1, Math.Min(ends.Max() / Points, ends.Min() / 2) / stride));
    }

    private static void Write(TextWriter writer, IReadOnlyList<RunSummary> runs, Plot? plot, IReadOnlyList<string> files)
    {
        RunTable.Write(writer, runs);
        if (plot is not null)
        {
            writer.WriteLine();
            FigureOptions.WriteNotes(writer, plot);
        }

        foreach (string file in files)
        {
            writer.WriteLine(file);
        }
    }

    private static void WriteJson(TextWriter writer, IReadOnlyList<RunSummary> runs, Plot? plot, IReadOnlyList<string> files)
        => writer.WriteLine(JsonLines.Compose(json =>
    {
        json.WriteStartArray("runs");
        foreach (RunSummary run in runs)
        {
            json.WriteStartObject();
            RunTable.WriteJson(json, run, runs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("caption", plot?.Caption);
        JsonLines.WriteNotes(json, plot?.Notes ?? []);
        JsonLines.WriteFiles(json, files);
    }));
}
