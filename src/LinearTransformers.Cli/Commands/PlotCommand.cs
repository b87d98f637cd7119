using System.CommandLine;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf plot: figures of any runs.</summary>
internal static class PlotCommand
{
    public static Command Create(Terminal terminal)
    {
        string figures = string.Join('\n', PlotCatalog.All.Select(kind => $"  {kind.Name,-22}{kind.Summary}"));
        Command command = new(
            "plot", $"Draw a figure of runs made by train or reproduce.\n\nFigures:\n{figures}\n\nExample:\n  lintf plot loss "
                + "runs/train/normal-n20-sgd-lr0.02-seed0 runs/train/normal-n20-adam-lr0.02-seed0");
        Argument<string> figure =
            new("figure") { Description = $"what to draw: {string.Join(", ", PlotCatalog.All.Select(kind => kind.Name))}" };
        SettingOption.Complete(figure, () => PlotCatalog.All.Select(kind => kind.Name));
        FigureOptions common = new(
            "figures/<figure>",
            "iterations between two points; the end is always shown [as the list of figures says]",
            "all; 1999 for smoothness",
            "fresh prompts that losses are scored on, the same for all runs that can share them [100000]");
        Option<string> samples = SettingOption.Create("samples", "n", "gradients that the noise is sampled with [10000]");
        Option<string> protocol =
            SettingOption.Create(
                "protocol", "fair|original",
                    "what losses are scored on: fresh prompts, or as published one batch of the run's own size B, from a stream seeded "
                        + "with 99 [fair]");
        Option<string> basis =
            SettingOption.Create(
                "basis", "whitened|original",
                    "coordinates of the matrices of runs with a rotated covariance: every A as D Uᵀ A U D, or as it is [whitened]");
        Option<bool> json = new("--json") { Description = "print the files and the figure's numbers as a JSON object on one line" };
        command.Arguments.Add(figure);
        command.Arguments.Add(common.Runs);
        common.AddTo(command, samples, protocol, basis);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(figure)!;
            string path = common.Output(parsed, name.Replace(':', '-'));
            string? table = common.Table(parsed);
            PlotOptions options = common.Read(parsed) with
            {
                Samples = FigureOptions.AtLeastOne("samples", parsed.GetValue(samples)),
                Protocol = parsed.GetValue(protocol) is { } kind
                    ? SettingOption.OneOf("protocol", kind, ("fair", Protocol.Fair), ("original", Protocol.Original)) : null,
                Basis = parsed.GetValue(basis) is { } which
                    ? SettingOption.OneOf("basis", which, ("whitened", MatrixBasis.Whitened), ("original", MatrixBasis.Original)) : null,
            };
            Plot plot = FigureOptions.Draw(terminal, name, parsed.GetValue(common.Runs)!, options);
            IReadOnlyList<string> files = FigureOptions.Save(terminal, plot, path, table);
            Say(terminal, name, plot, files, parsed.GetValue(json));
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Say(Terminal terminal, string name, Plot plot, IReadOnlyList<string> files, bool json)
    {
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

        FigureOptions.WriteNotes(terminal.Out, plot);
        foreach (string file in files)
        {
            terminal.Out.WriteLine(file);
        }
    }
}
