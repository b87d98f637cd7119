using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

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
        Argument<string[]> folders =
            new("run")
            {
                HelpName = PathName.Folder,
                Description = "run folders, or folders with runs below them",
                Arity = ArgumentArity.OneOrMore
            };
        Option<string> output =
            SettingOption.Create(
                "out", "PATH",
                    "where the figure goes: with .png, .svg or .pdf at its end in that format alone, otherwise in all three "
                        + "[figures/compare]");
        Option<string> data = SettingOption.Create("data", "FILE", "write the numbers behind the figure as CSV too");
        Option<string> every = SettingOption.Create("every", "n", $"iterations between two points [so that there are about {Points}]");
        Option<string> iterations = SettingOption.Create("max-iters", "n", "show iterations below n only [all]");
        Option<string> prompts = SettingOption.Create("prompts", "n", "fresh prompts that losses are scored on [100000]");
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        Option<bool> noFigure = new("--no-figure") { Description = "draw no figure: settings and training losses only" };
        Option<bool> json = new("--json") { Description = "print a JSON object on one line" };
        command.Arguments.Add(folders);
        foreach (Option option in (Option[])[output, data, every, iterations, prompts, threads, noFigure, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string path = OutputPath.Figure(parsed.GetValue(output) ?? Path.Combine("figures", "compare"));
            string? table = parsed.GetValue(data) is { } given ? OutputPath.File("data", given) : null;

            IReadOnlyList<RunSummary> runs = RunsCommand.Find(parsed.GetValue(folders));
            if (runs.Count < 2)
            {
                throw new UsageException($"{runs[0].Path} is the only run: compare takes two or more");
            }

            if (runs.FirstOrDefault(run => run.Directory is null) is { } damaged)
            {
                throw new UsageException(damaged.Problem!);
            }

            PlotOptions options = new()
            {
                Every = PlotCommand.AtLeastOne("every", parsed.GetValue(every)) ?? Every(runs),
                MaxIterations = PlotCommand.AtLeastOne("max-iters", parsed.GetValue(iterations)),
                Prompts = PlotCommand.AtLeastOne("prompts", parsed.GetValue(prompts)),
                Threads = SettingOption.Threads(parsed.GetValue(threads)),
            };
            Plot? plot = parsed.GetValue(noFigure) ? null : Draw(terminal, runs, options);
            List<string> files = [];
            if (plot is not null)
            {
                files.AddRange(FigureFiles.Save(plot.Figure, path));
                if (table is not null)
                {
                    FigureFiles.WriteTable(plot.Table, table);
                    files.Add(table);
                }

                foreach (string warning in plot.Warnings)
                {
                    terminal.Error.WriteLine("lintf: " + warning);
                }
            }

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

    private static Plot Draw(Terminal terminal, IReadOnlyList<RunSummary> runs, PlotOptions options)
    {
        try
        {
            return ProgressDisplay.Show(
                terminal, progress => PlotCatalog.Draw("loss", [.. runs.Select(run => run.Path)], options, progress, terminal.Stop));
        }
        catch (Exception exception) when (exception is PlotException or RunDirectoryException)
        {
            throw new UsageException(exception.Message);
        }
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
            int width = plot.Notes.Max(note => note.Name.Length);
            writer.WriteLine();
            writer.WriteLine(plot.Caption);
            foreach ((string what, double value) in plot.Notes)
            {
                writer.WriteLine($"{what.PadRight(width)}  {value.ToString("G5", CultureInfo.InvariantCulture)}");
            }
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
