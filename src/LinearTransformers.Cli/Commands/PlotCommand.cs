using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf plot: figures of any runs.</summary>
internal static class PlotCommand
{
    public static Command Create(Terminal terminal)
    {
        string figures = string.Join('\n', PlotCatalog.All.Select(kind => $"  {kind.Name,-22}{kind.Summary}"));
        Command command = new("plot", $"Draw a figure of runs made by train or reproduce.\n\nFigures:\n{figures}\n\nExample:\n  lintf plot loss runs/train/normal-n20-sgd-lr0.02-seed0 runs/train/normal-n20-adam-lr0.02-seed0");
        Argument<string> figure = new("figure") { Description = "what to draw, of the figures above" };
        SettingOption.Complete(figure, () => PlotCatalog.All.Select(kind => kind.Name));
        Argument<string[]> runs = new("runs") { Description = "run folders, or a folder with runs below it", Arity = ArgumentArity.OneOrMore };
        Option<string> output = SettingOption.Create("out", "PATH", "the figure's path; with .png, .svg or .pdf at its end that format alone [figures/FIGURE, all three]");
        Option<string> data = SettingOption.Create("data", "FILE", "write the numbers behind it as CSV too");
        Option<string> every = SettingOption.Create("every", "n", "iterations between two points [50 for loss, 250 for condition-number]");
        Option<string> iterations = SettingOption.Create("max-iters", "n", "iterations below n only [all; 1999 for smoothness]");
        Option<string> samples = SettingOption.Create("samples", "n", "samples of the noise [10000]");
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        Option<bool> json = new("--json") { Description = "what it says in numbers, and the files, as JSON Lines on standard output" };
        command.Arguments.Add(figure);
        command.Arguments.Add(runs);
        foreach (Option option in (Option[])[output, data, every, iterations, samples, threads, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(figure)!;
            string path = OutputPath.Figure(parsed.GetValue(output) ?? Path.Combine("figures", name));
            string? table = parsed.GetValue(data) is { } given ? OutputPath.File("data", given) : null;

            PlotOptions options = new()
            {
                Every = AtLeastOne("every", parsed.GetValue(every)),
                MaxIterations = AtLeastOne("max-iters", parsed.GetValue(iterations)),
                Samples = AtLeastOne("samples", parsed.GetValue(samples)),
                Threads = SettingOption.Threads(parsed.GetValue(threads)),
            };
            Plot plot;
            try
            {
                plot = ProgressDisplay.Show(terminal, progress => PlotCatalog.Draw(name, parsed.GetValue(runs)!, options, progress, terminal.Stop));
            }
            catch (Exception exception) when (exception is PlotException or RunDirectoryException)
            {
                throw new UsageException(exception.Message);
            }
            catch (OperationCanceledException)
            {
                terminal.Error.WriteLine("lintf: interrupted; nothing was drawn");
                return ExitCode.Interrupted;
            }

            List<string> files = [.. FigureFiles.Save(plot.Figure, path)];
            if (table is not null)
            {
                FigureFiles.WriteTable(plot, table);
                files.Add(table);
            }

            Say(terminal, name, plot, files, parsed.GetValue(json));
            return ExitCode.Fine;
        });
        return command;
    }

    public static int? AtLeastOne(string name, string? text)
    {
        int? value = text is null ? null : SettingOption.Int(name, text);
        return value is null or >= 1 ? value : throw new SettingException(name, text, "at least 1");
    }

    private static void Say(Terminal terminal, string name, Plot plot, IReadOnlyList<string> files, bool json)
    {
        foreach (string warning in plot.Warnings)
        {
            terminal.Error.WriteLine("lintf: " + warning);
        }

        if (json)
        {
            terminal.Out.WriteLine(JsonLines.Compose(writer =>
            {
                writer.WriteString("figure", name);
                writer.WriteStartArray("files");
                foreach (string file in files)
                {
                    writer.WriteStringValue(file);
                }

                writer.WriteEndArray();
                writer.WriteStartObject("numbers");
                foreach ((string what, double value) in plot.Notes)
                {
                    LogLineJson.WriteNumber(writer, what, value);
                }

                writer.WriteEndObject();
            }));
            return;
        }

        int width = plot.Notes.Count == 0 ? 0 : plot.Notes.Max(note => note.Name.Length);
        foreach ((string what, double value) in plot.Notes)
        {
            terminal.Out.WriteLine($"{what.PadRight(width)}  {value.ToString("G5", CultureInfo.InvariantCulture)}");
        }

        foreach (string file in files)
        {
            terminal.Out.WriteLine(file);
        }
    }
}
