using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Experiments.Report;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Optimizers;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf reproduce: published experiments, with figures and verdicts.</summary>
internal static class ReproduceCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "reproduce",
                "Run published experiments: train, draw the figures, and compare with the published numbers and the exact theory.");
        Argument<string[]> chosenNames = new("experiment")
        {
            Description = $"experiments by name: {string.Join(", ", Names)}; all: those of the papers; list: print what each shows",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> setting =
            SettingOption.Create(
                "setting", "S",
                    "of experiments with several settings, only these, with commas between them; reproduce list shows their names [all]");
        SettingOption.Complete(chosenNames, () => [.. ExperimentCatalog.All.Select(experiment => experiment.Name), "all", "list"]);
        SettingOption.Complete(setting, () => ExperimentCatalog.All.SelectMany(experiment => experiment.SettingNames).Distinct());
        Option<string> algorithms =
            SettingOption.Create(
                "alg", "A",
                    "of experiments that compare optimizers, only these of sgd, adam and lbfgs, with commas between them [as published]");
        Option<string> seeds = SettingOption.Create("seeds", "0,1,2", "seeds [as published]");
        Option<string> iterations =
            SettingOption.Create("max-iters", "n", "iterations of each run; fewer make a small version [as published]");
        Option<string> protocol =
            SettingOption.Create(
                "protocol", "fair|original", "fair: all methods are tuned and scored alike; original: as published, faults and all [fair]");
        Option<string> output = SettingOption.Create("out", "DIR", "the folder that all results go to, a folder each [runs]");
        Option<string> stream =
            SettingOption.Create(
                "stream", "torch|native",
                    "where random numbers come from: the published ones, or others of the same distributions, faster [torch]");
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        Option<string> saveEvery = SettingOption.SaveEveryOption();
        Option<bool> noFigures = new("--no-figures") { Description = "draw no figures" };
        Option<bool> json = new(
            "--json")
        {
            Description =
                "print the results, a JSON object a line, and nothing else on standard output; where there is one run only, its log "
                    + "first, as train does"
        };
        command.Arguments.Add(chosenNames);
        foreach (Option option in (Option[])[
            setting, algorithms, seeds, iterations, protocol, output, stream, threads, saveEvery, noFigures, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string[] chosen = parsed.GetValue(chosenNames) ?? [];
            if (chosen.Contains("list"))
            {
                return List(terminal, chosen);
            }

            IExperiment[] experiments = [.. chosen.SelectMany(Find).Distinct()];
            ExperimentOptions options = new()
            {
                SettingNames = parsed.GetValue(setting) is { } settings ? ParseSettings(settings, experiments) : null,
                Optimizers = parsed.GetValue(algorithms) is { } names ? ParseAlgorithms(names, experiments) : null,
                Root = parsed.GetValue(output) is "" ? throw new UsageException("--out is empty: it must be a folder")
                    : parsed.GetValue(output) ?? "runs",
                Seeds = parsed.GetValue(seeds) is { } list ? ParseSeeds(list) : null,
                MaxIterations = parsed.GetValue(iterations) is { } text ? ParseIterations(text) : null,
                Protocol = SettingOption.OneOf(
                    "protocol", parsed.GetValue(protocol) ?? "fair", ("fair", Protocol.Fair), ("original", Protocol.Original)),
                Stream = SettingOption.OneOf(
                    "stream", parsed.GetValue(stream) ?? "torch", ("torch", StreamKind.Torch), ("native", StreamKind.Native)),
                Threads = SettingOption.Threads(parsed.GetValue(threads)),
                SaveEvery = SettingOption.SaveEvery(parsed.GetValue(saveEvery)),
                Figures = !parsed.GetValue(noFigures),
            };
            bool asJson = parsed.GetValue(json);
            return Reproduce(terminal, experiments, asJson
                ? options with { OnLog = line => terminal.Out.WriteLine(LogLineJson.Write(line)) } : options, asJson);
        });
        return command;
    }

    private static int List(Terminal terminal, string[] chosen)
    {
        if (chosen.Length > 1)
        {
            throw new UsageException("list goes alone: lintf reproduce list");
        }

        int width = ExperimentCatalog.All.Max(experiment => experiment.Name.Length);
        foreach (IExperiment experiment in ExperimentCatalog.All)
        {
            terminal.Out.WriteLine(
                $"{experiment.Name.PadRight(width)}  {experiment.Summary}{(experiment.IsPublished ? "" : "; not among all")}");
            if (experiment.SettingNames.Count > 0)
            {
                terminal.Out.WriteLine($"{"".PadRight(width)}  --setting {string.Join(", ", experiment.SettingNames)}");
            }
        }

        return ExitCode.Fine;
    }

    private static IEnumerable<IExperiment> Find(string name)
    {
        if (name == "all")
        {
            return ExperimentCatalog.All.Where(experiment => experiment.IsPublished);
        }

        return ExperimentCatalog.All.FirstOrDefault(experiment => experiment.Name == name) is { } found
            ? [found]
            : throw new UsageException(
                $"there is no experiment {name}: it must be all, or one of "
                    + $"{string.Join(", ", Names)}{Spelling.Suggestion(name, ["all", "list", .. Names])}");
    }

    private static IEnumerable<string> Names => ExperimentCatalog.All.Select(experiment => experiment.Name);

    private static string[] ParseSettings(string text, IReadOnlyList<IExperiment> experiments)
    {
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct()];
        foreach (IExperiment experiment in experiments)
        {
            if (experiment.SettingNames.Count == 0)
            {
                throw new SettingException("setting", text, $"left out: {experiment.Name} has one setting only");
            }

            if (names.FirstOrDefault(name => !experiment.SettingNames.Contains(name)) is { } unknown)
            {
                string meant = Spelling.Suggestion(unknown, experiment.SettingNames);
                throw new SettingException(
                    "setting", unknown, $"of {string.Join(", ", experiment.SettingNames)} in {experiment.Name}{meant}");
            }
        }

        return names;
    }

    private static Optimizer[] ParseAlgorithms(string text, IReadOnlyList<IExperiment> experiments)
    {
        Optimizer[] algorithms =
            [.. text.Split(',', StringSplitOptions.TrimEntries).Select(name => Parts.Parse<Optimizer>("alg", name)).Distinct()];
        foreach (IExperiment experiment in experiments)
        {
            if (experiment.Optimizers.Count == 0)
            {
                throw new SettingException("alg", text, $"left out: {experiment.Name} has one optimizer only");
            }

            if (algorithms.Any(algorithm => !experiment.Optimizers.Contains(algorithm)))
            {
                throw new SettingException(
                    "alg", text,
                        $"of {string.Join(", ", experiment.Optimizers.Select(algorithm => Parts.NameOf(algorithm)))} in {experiment.Name}");
            }
        }

        return algorithms;
    }

    private static int[] ParseSeeds(string text)
    {
        int?[] seeds = [.. text.Split(',').Select(part
            => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? seed : (int?)null)];
        return seeds.All(seed => seed is not null) && seeds.Distinct().Count() == seeds.Length
            ? [.. seeds.Select(seed => seed!.Value)]
            : throw new SettingException("seeds", text, "different whole numbers, at least 0, with commas between them");
    }

    private static int ParseIterations(string text)
    {
        int iterations = SettingOption.Int("max-iters", text);
        return iterations >= 1 ? iterations : throw new SettingException("max-iters", text, "at least 1");
    }

    private static int Reproduce(Terminal terminal, IReadOnlyList<IExperiment> experiments, ExperimentOptions options, bool json)
    {
        bool fallsShort = false;
        foreach (IExperiment experiment in experiments)
        {
            long start = Stopwatch.GetTimestamp();
            TrainingMark training = new();
            ExperimentOptions marked = options with { WhileTraining = training.Set };
            ExperimentResult result = OutputPath.Naming(() => Interruptible.Run(
                () => ProgressDisplay.Show(terminal, progress => experiment.Run(marked, progress, terminal.Stop)),
                terminal.Stop,
                () => training.IsSet));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            fallsShort |= result.FallsShort;
            string? report = options.Figures ? Interruptible.Run(() => WriteReport(terminal, options, experiment), terminal.Stop) : null;
            if (json)
            {
                foreach (ResultRow row in result.Rows)
                {
                    terminal.Out.WriteLine(ResultsJson.Write(row));
                }

                terminal.Out.WriteLine(JsonLines.Done(result, seconds));
            }
            else
            {
                ResultTable.Write(terminal.Out, result, seconds, terminal.Width);
                if (report is not null)
                {
                    terminal.Out.WriteLine(report);
                }
            }
        }

        return fallsShort ? ExitCode.Short : ExitCode.Fine;
    }

    private static string WriteReport(Terminal terminal, ExperimentOptions options, IExperiment experiment)
    {
        string folder = Path.Combine(options.Root, experiment.Name);
        string path = Path.Combine(folder, "report.html");
        ReportCommand.SayLeftOut(terminal, ReportPage.Write([folder], path));
        return path;
    }

    /// <summary>Set while runs are open that have to be saved.</summary>
    private sealed class TrainingMark : IDisposable
    {
        private volatile bool _isSet;

        public bool IsSet => _isSet;

        public IDisposable Set()
        {
            _isSet = true;
            return this;
        }

        public void Dispose() => _isSet = false;
    }
}
