using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf plot: figures of any runs.</summary>
internal static class PlotCommand
{
    public static Command Create(Terminal terminal)
    {
        string figures = string.Join('\n', PlotCatalog.All.Select(kind => $"  {kind.Name,-22}{kind.Summary}"));
        Command command = new(
            "plot", $"Draw a figure of runs made by train or reproduce.\n\nFigures:\n{figures}\n\nExample:\n  lintf plot loss "
                + $"runs/train/normal-n20-sgd-lr0.02-seed0 runs/train/normal-n20-adam-lr0.02-seed0");
        Argument<string> figure =
            new("figure") { Description = $"what to draw: {string.Join(", ", PlotCatalog.All.Select(kind => kind.Name))}" };
        SettingOption.Complete(figure, () => PlotCatalog.All.Select(kind => kind.Name));
        Argument<string[]> runs =
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
                        + "[figures/<figure>]");
        Option<string> data = SettingOption.Create("data", "FILE", "write the numbers behind the figure as CSV too, one observation a row");
        Option<string> every = SettingOption.Create(
            "every", "n", "iterations between two points; the end is always shown [as the list of figures says]");
        Option<string> iterations = SettingOption.Create("max-iters", "n", "show iterations below n only [all; 1999 for smoothness]");
        Option<string> samples = SettingOption.Create("samples", "n", "gradients that the noise is sampled with [10000]");
        Option<string> prompts =
            SettingOption.Create(
                "prompts", "n", "fresh prompts that losses are scored on, the same for all runs that can share them [100000]");
        Option<string> protocol =
            SettingOption.Create(
                "protocol", "fair|original",
                    "what losses are scored on: fresh prompts, or as published one batch of the run's own size B, from a stream seeded "
                        + "with 99 [fair]");
        Option<string> basis =
            SettingOption.Create(
                "basis", "whitened|original",
                    "coordinates of the matrices of runs with a rotated covariance: every A as D Uᵀ A U D, or as it is [whitened]");
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        Option<bool> json = new("--json") { Description = "print the files and the figure's numbers as a JSON object on one line" };
        command.Arguments.Add(figure);
        command.Arguments.Add(runs);
        foreach (Option option in (Option[])[output, data, every, iterations, samples, prompts, protocol, basis, threads, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(figure)!;
            string path = OutputPath.Figure(parsed.GetValue(output) ?? Path.Combine("figures", name.Replace(':', '-')));
            string? table = parsed.GetValue(data) is { } given ? OutputPath.File("data", given) : null;

            PlotOptions options = new()
            {
                Every = AtLeastOne("every", parsed.GetValue(every)),
                MaxIterations = AtLeastOne("max-iters", parsed.GetValue(iterations)),
                Samples = AtLeastOne("samples", parsed.GetValue(samples)),
                Prompts = AtLeastOne("prompts", parsed.GetValue(prompts)),
                Protocol = parsed.GetValue(protocol) is { } kind
                    ? SettingOption.OneOf("protocol", kind, ("fair", Protocol.Fair), ("original", Protocol.Original)) : null,
                Basis = parsed.GetValue(basis) is { } which
                    ? SettingOption.OneOf("basis", which, ("whitened", MatrixBasis.Whitened), ("original", MatrixBasis.Original)) : null,
                Threads = SettingOption.Threads(parsed.GetValue(threads)),
            };
            Plot plot;
            try
            {
                plot = ProgressDisplay.Show(
                    terminal, progress => PlotCatalog.Draw(name, parsed.GetValue(runs)!, options, progress, terminal.Stop));
            }
            catch (Exception exception) when (exception is PlotException or RunDirectoryException)
            {
                throw new UsageException(exception.Message);
            }

            List<string> files = [.. FigureFiles.Save(plot.Figure, path)];
            if (table is not null)
            {
                FigureFiles.WriteTable(plot.Table, table);
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
                writer.WriteString("caption", plot.Caption);
                JsonLines.WriteFiles(writer, files);
                JsonLines.WriteNotes(writer, plot.Notes);
            }));
            return;
        }

        terminal.Out.WriteLine(plot.Caption);
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
