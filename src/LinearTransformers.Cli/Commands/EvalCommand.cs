using System.CommandLine;
using LinearTransformers.Baselines;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Evaluation;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Report;
using LinearTransformers.Experiments.Tables;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf eval: trained models on any prompts, with algorithms and exact values beside.</summary>
internal static class EvalCommand
{
    private const string Last = "last";
    private const string All = "all";
    private const string None = "none";

    /// <summary>Settings of prompts that say how many there are and where they come from in training.</summary>
    private static readonly string[] OfTraining = ["B", "d", "mode", "resample-every", "data-set", "stream"];

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "eval",
            "Evaluate trained models on fresh prompts, with classical algorithms on the same prompts and exact least losses beside. "
                + "Prompts are those of training; options make them others. Each option takes several values with commas between "
                + "them, or a "
                + "range such as 1..40, and each combination is evaluated.\n\nExample:\n  lintf eval runs/mine --N 5,10,20,40 "
                + "--noise 0,0.5");
        Argument<string[]> runs = new("run")
        {
            HelpName = PathName.Folder,
            Description = "run folders, or folders with runs below them",
            Arity = ArgumentArity.OneOrMore,
        };
        TrainOptions settings = new(command, [TrainingSettings.Groups.Prompts], OfTraining);
        Option<string> scale = SettingOption.Create(
            "x-scale", "c", "covariates times c; tasks stay as they are [1]");
        Option<string> prompts = SettingOption.Create("prompts", "n", "fresh prompts of each kind [100000]");
        Option<string> at = SettingOption.Create(
            "at", "last|all|iteration", "iterations whose parameters are evaluated, several with commas between them [last]");
        Option<bool> layers = new("--layers") { Description = "read predictions out after each layer, beside as many steps of algorithms" };
        Option<string> examples = new("--examples")
        {
            HelpName = "n",
            Description = "evaluate with 1 to n examples; without a value up to the N of training",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> compare = new("--compare")
        {
            Description = "compare predictions and sensitivities to the query with those of the algorithms, and interpolate parameters to "
                + "those of GD++",
        };
        Option<string> baselines = SettingOption.Create(
            "baselines",
            "names",
            $"algorithms beside, all or none, or of {string.Join(", ", Baseline.Catalog.Entries.Select(entry => entry.Name))} "
                + "[those that suit the prompts]");
        SettingOption.Complete(baselines, () => Baseline.Catalog.Entries.Select(entry => entry.Name).Concat([None, All]));
        Option<string> tuned = SettingOption.Create(
            "tuned",
            "here|training",
            "whether algorithms are tuned to the prompts that they are evaluated on, or to those of training [here]");
        Option<bool> withoutFloors = new("--no-floors") { Description = "leave exact least losses out, which can take seconds" };
        Option<bool> json = new("--json") { Description = "print a JSON object a line" };
        Option<string> csv = SettingOption.Create("csv", "FILE", "write all numbers as CSV, an observation a row");
        Option<string> html = SettingOption.Create("html", "FILE", "write one HTML page of the table and a figure of it");
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        command.Arguments.Add(runs);
        Option[] own = [scale, prompts, at, layers, examples, compare, baselines, tuned, withoutFloors, json, csv, html, threads];
        foreach (Option option in own)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string? table = parsed.GetValue(csv) is { } given ? OutputPath.File("csv", given) : null;
            string? page = parsed.GetValue(html) is { } asked ? OutputPath.File("html", asked) : null;
            IReadOnlyList<(string Name, string Text)> texts = settings.Given(parsed);
            bool countsExamples = parsed.GetResult(examples) is { Implicit: false };
            if (countsExamples && texts.Any(text => text.Name == "N"))
            {
                throw new SettingException("examples", parsed.GetValue(examples) ?? "", "left out with N, which says the same");
            }

            string[]? times = parsed.GetValue(at)?.Split(',');
            EvaluationOptions options = new()
            {
                On = TestPrompts.Product(
                    [.. texts.Select(text => (text.Name, ValueList.Of(text.Name, text.Text)))],
                    [.. ValueList.Of("x-scale", parsed.GetValue(scale) ?? "1").Select(text => SettingOption.Number("x-scale", text))]),
                Examples = countsExamples ? ExamplesOf(parsed.GetValue(examples)) : null,
                Prompts = FigureOptions.AtLeastOne("prompts", parsed.GetValue(prompts)) ?? new EvaluationOptions().Prompts,
                AllIterations = times is [All],
                Iterations = times is null or [All] ? null
                    : [.. times.Select(time => time == Last ? EvaluationOptions.Last : SettingOption.Int("at", time))],
                EachLayer = parsed.GetValue(layers),
                Compare = parsed.GetValue(compare),
                Baselines = parsed.GetValue(baselines) switch
                {
                    null => null,
                    None => [],
                    All => [.. Baseline.Catalog.Entries.Select(entry => entry.Name)],
                    string names => ValueList.Of("baselines", names),
                },
                TunedAsTrained = parsed.GetValue(tuned) is { } where
                    && SettingOption.OneOf("tuned", where, ("here", false), ("training", true)),
                WithFloors = !parsed.GetValue(withoutFloors),
                Threads = SettingOption.Threads(parsed.GetValue(threads)),
            };
            List<string> leftOut = [];
            IReadOnlyList<EvaluationRow> rows = Evaluate(terminal, parsed.GetValue(runs)!, options, leftOut);
            foreach (string line in leftOut.Distinct())
            {
                terminal.Error.WriteLine($"lintf: left out: {line}");
            }

            if (parsed.GetValue(json))
            {
                foreach (EvaluationRow row in rows)
                {
                    terminal.Out.WriteLine(EvaluationText.ToJson(row));
                }
            }
            else
            {
                EvaluationText.Write(terminal.Out, rows);
            }

            if (table is not null)
            {
                FigureFiles.WriteTable(EvaluationTable.Of(rows), table);
            }

            if (page is not null)
            {
                WritePage(page, rows);
            }

            foreach (string file in parsed.GetValue(json) ? [] : ((string?[])[table, page]).OfType<string>())
            {
                terminal.Out.WriteLine(file);
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static int ExamplesOf(string? text)
        => text is null ? EvaluationOptions.ExamplesOfTraining : FigureOptions.AtLeastOne("examples", text)!.Value;

    private static void WritePage(string path, IReadOnlyList<EvaluationRow> rows)
    {
        PlotTable table = EvaluationTable.Of(rows);
        List<Plot> figures = [];
        try
        {
            figures.Add(TableFigure.Named("eval")!.Draw(TidyTable.Of(table, path), new TableOptions()));
        }
        catch (PlotException)
        {
            // A table in which nothing varies has no figure.
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteAllText(path, TablePage.Of("Evaluation", table, figures));
    }

    private static IReadOnlyList<EvaluationRow> Evaluate(
        Terminal terminal, IReadOnlyList<string> runs, EvaluationOptions options, List<string> leftOut)
    {
        try
        {
            return ProgressDisplay.Show(terminal, progress => Evaluator.Evaluate(runs, options, leftOut, progress, terminal.Stop));
        }
        catch (Exception exception) when (exception is PlotException or RunDirectoryException)
        {
            throw new UsageException(exception.Message);
        }
    }
}
