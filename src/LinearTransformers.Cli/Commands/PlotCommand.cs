using System.CommandLine;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Experiments.Tables;
using LinearTransformers.Settings;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf plot: figures of any runs.</summary>
internal static class PlotCommand
{
    public static Command Create(Terminal terminal)
    {
        (string Name, string Summary)[] all = [.. PlotCatalog.All, .. TableFigure.All.Select(kind => (kind.Name, kind.Summary))];
        string figures = string.Join('\n', all.Select(kind => $"  {kind.Name,-22}{kind.Summary}"));
        Command command = new(
            "plot", $"Draw a figure of runs made by train or reproduce.\n\nFigures:\n{figures}\n\nExample:\n  lintf plot loss "
                + "runs/train/normal-n20-sgd-lr0.02-seed0 runs/train/normal-n20-adam-lr0.02-seed0");
        Argument<string> figure =
            new("figure") { Description = $"what to draw: {string.Join(", ", all.Select(kind => kind.Name))}" };
        SettingOption.Complete(figure, () => all.Select(kind => kind.Name));
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
        Option<bool> floors = new("--floors")
        {
            Description = "draw the exact least losses for the runs' own settings as lines, as far as theory has them",
        };
        Option<string> blocks = SettingOption.Create(
            "blocks", "all|layers|matrices", "blocks of the Hessian whose eigenvalues the spectrum shows [all]");
        Option<string> curvature = SettingOption.Create(
            "curvature",
            "step|norm",
            "what smoothness shows: curvature along the step, or the Hessian's largest eigenvalue in size [step]");
        Option<string> x = SettingOption.Create("x", "column", "of tables: what goes along the horizontal axis [what varies most]");
        Option<string> by = SettingOption.Create("by", "column", "of a sweep: what has a line, or a row of the map, for each value");
        Option<string> y = SettingOption.Create("y", "column", "of tables: what is drawn [loss; excess in a map, where it is known]");
        Option<string[]> where = new("--where")
        {
            HelpName = "column=a,b",
            Description = "of tables: draw rows with these values only; may be given several times",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> json = new("--json") { Description = "print the files and the figure's numbers as a JSON object on one line" };
        common.Runs.Description += "; of curve and map a sweep's folder or its table, of eval a table";
        command.Arguments.Add(figure);
        command.Arguments.Add(common.Runs);
        common.AddTo(command, samples, protocol, basis, floors, blocks, curvature, x, by, y, where);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(figure)!;
            string[] names = [.. all.Select(kind => kind.Name)];
            if (!names.Contains(name.Split(':')[0]))
            {
                throw new UsageException(
                    $"there is no figure {name}: it must be one of {string.Join(", ", names)}{Spelling.Suggestion(name, names)}");
            }

            TableFigure? ofTable = TableFigure.Named(name);
            string path = common.Output(parsed, name.Replace(':', '-'));
            string? table = common.Table(parsed);
            PlotOptions options = common.Read(parsed) with
            {
                Samples = FigureOptions.AtLeastOne("samples", parsed.GetValue(samples)),
                Protocol = parsed.GetValue(protocol) is { } kind
                    ? SettingOption.OneOf("protocol", kind, ("fair", Protocol.Fair), ("original", Protocol.Original)) : null,
                Basis = parsed.GetValue(basis) is { } which
                    ? SettingOption.OneOf("basis", which, ("whitened", MatrixBasis.Whitened), ("original", MatrixBasis.Original)) : null,
                Floors = parsed.GetValue(floors),
                Blocks = parsed.GetValue(blocks) is { } of ? SettingOption.OneOf(
                    "blocks", of, ("all", BlockKind.All), ("layers", BlockKind.Layers), ("matrices", BlockKind.Matrices)) : null,
                Curvature = parsed.GetValue(curvature) is { } shown
                    ? SettingOption.OneOf("curvature", shown, ("step", CurvatureKind.Step), ("norm", CurvatureKind.Norm)) : null,
            };
            TableOptions columns = new()
            {
                X = parsed.GetValue(x),
                By = parsed.GetValue(by),
                Y = parsed.GetValue(y),
                Where = [.. (parsed.GetValue(where) ?? []).Select(Condition)],
            };
            Plot plot = ofTable is null
                ? FigureOptions.Draw(terminal, name, parsed.GetValue(common.Runs)!, Without(columns, name, options))
                : DrawTable(terminal, ofTable, parsed.GetValue(common.Runs)!, Without(options, name, columns));
            IReadOnlyList<string> files = FigureOptions.Save(terminal, plot, path, table);
            Say(terminal, name, plot, files, parsed.GetValue(json));
            return ExitCode.Fine;
        });
        return command;
    }

    private static Plot DrawTable(Terminal terminal, TableFigure figure, string[] files, TableOptions options)
    {
        if (files.Length > 1)
        {
            throw new UsageException($"{figure.Name} is drawn of one table, and there are {files.Length}: choose one");
        }

        try
        {
            return figure.Draw(Table(terminal, files[0]), options);
        }
        catch (PlotException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>Of a sweep, its runs as they are now: table.csv may be older, or not written yet.</summary>
    private static TidyTable Table(Terminal terminal, string path)
    {
        SweepFolder sweep = new(path);
        if (!sweep.HasRuns)
        {
            return TidyTable.Read(path);
        }

        (IReadOnlyList<string> names, SweepRow[] rows) = SweepRows.AsTheyAre(sweep, terminal.Stop);
        return TidyTable.Of(SweepTable.Of(names, rows), path);
    }

    private static (string, IReadOnlyList<string>) Condition(string text)
        => text.Split('=', 2) is [string name, string values] && name.Length > 0 && values.Length > 0
            ? (name, ValueList.Of("where", values))
            : throw new SettingException("where", text, "a column and its values, such as method=model,gd++");

    /// <summary>Refuses options of tables for a figure of runs.</summary>
    private static PlotOptions Without(TableOptions columns, string figure, PlotOptions options)
        => columns switch
        {
            { X: { } x } => throw OfOthers("x", x, figure),
            { By: { } by } => throw OfOthers("by", by, figure),
            { Y: { } y } => throw OfOthers("y", y, figure),
            { Where: [(string name, _), ..] } => throw OfOthers("where", name, figure),
            _ => options,
        };

    /// <summary>Refuses options of runs for a figure of a table.</summary>
    private static TableOptions Without(PlotOptions options, string figure, TableOptions columns)
    {
        (string, object?)[] given =
        [
            ("every", options.Every), ("max-iters", options.MaxIterations), ("prompts", options.Prompts), ("samples", options.Samples),
            ("protocol", options.Protocol), ("basis", options.Basis), ("floors", options.Floors ? "there" : null),
            ("blocks", options.Blocks), ("curvature", options.Curvature),
        ];
        foreach ((string name, object? value) in given)
        {
            if (value is not null)
            {
                throw OfOthers(name, value, figure);
            }
        }

        return columns;
    }

    private static SettingException OfOthers(string name, object value, string figure)
        => new(name, value, $"left out: {figure} does not depend on it");

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
