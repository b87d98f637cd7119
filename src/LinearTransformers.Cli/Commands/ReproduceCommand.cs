using System.CommandLine;
using System.Diagnostics;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Report;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf reproduce: published experiments, with figures and verdicts.</summary>
internal static class ReproduceCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new("reproduce", "Run published experiments: train, draw the figures, and compare with the published numbers and the exact theory.");
        Argument<string[]> chosenNames = new("experiment") { Description = "experiments by name, 'all' that the papers have, or 'list' to see them", Arity = ArgumentArity.OneOrMore };
        Option<string> setting = SettingOption.Create("setting", "S", "settings of the experiments that have several, with commas between them; list shows them [all]");
        SettingOption.Complete(chosenNames, () => [.. ExperimentCatalog.All.Select(experiment => experiment.Name), "all", "list"]);
        SettingOption.Complete(setting, () => ExperimentCatalog.All.SelectMany(experiment => experiment.SettingNames).Distinct());
        Option<string> algorithms = SettingOption.Create("alg", "A", "optimizers, of the experiments that compare them, with commas between them [as published]");
        Option<string> seeds = SettingOption.Create("seeds", "0,1,2", "seeds [as published]");
        Option<string> iterations = SettingOption.Create("max-iters", "n", "iterations, for a small version [as published]");
        Option<string> protocol = SettingOption.Create("protocol", "fair|original", "how methods are compared where the published procedure has faults: all tuned and scored alike, or as published [fair]");
        Option<string> output = SettingOption.Create("out", "DIR", "the folder of all runs [runs]");
        Option<string> stream = SettingOption.Create("stream", "torch|native", "where random numbers come from: the published ones, or others of the same distributions, faster [torch]");
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        Option<string> saveEvery = SettingOption.SaveEveryOption();
        Option<bool> noFigures = new("--no-figures") { Description = "draw no figures" };
        Option<bool> json = new("--json") { Description = "results as JSON Lines on standard output, and nothing else there; where there is one run only, its log first, as of train" };
        command.Arguments.Add(chosenNames);
        foreach (Option option in (Option[])[setting, algorithms, seeds, iterations, protocol, output, stream, threads, saveEvery, noFigures, json])
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
                Algorithms = parsed.GetValue(algorithms) is { } names ? ParseAlgorithms(names, experiments) : null,
                Root = parsed.GetValue(output) is "" ? throw new UsageException("--out is empty: it must be a folder") : parsed.GetValue(output) ?? "runs",
                Seeds = parsed.GetValue(seeds) is { } list ? ParseSeeds(list) : null,
                MaxIterations = parsed.GetValue(iterations) is { } text ? ParseIterations(text) : null,
                Protocol = SettingOption.OneOf("protocol", parsed.GetValue(protocol) ?? "fair", ("fair", Protocol.Fair), ("original", Protocol.Original)),
                Stream = SettingOption.OneOf("stream", parsed.GetValue(stream) ?? "torch", ("torch", StreamKind.Torch), ("native", StreamKind.Native)),
                Threads = SettingOption.Threads(parsed.GetValue(threads)),
                SaveEvery = SettingOption.SaveEvery(parsed.GetValue(saveEvery)),
                Figures = !parsed.GetValue(noFigures),
            };
            bool asJson = parsed.GetValue(json);
            return Reproduce(terminal, experiments, asJson ? options with { OnLog = line => terminal.Out.WriteLine(LogLineJson.Write(line)) } : options, asJson);
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
            terminal.Out.WriteLine($"{experiment.Name.PadRight(width)}  {experiment.Summary}{(experiment.IsPublished ? "" : "; not among all")}");
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
            : throw new UsageException($"there is no experiment {name}: it must be all, or one of {string.Join(", ", ExperimentCatalog.All.Select(experiment => experiment.Name))}");
    }

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
                throw new SettingException("setting", unknown, $"of {string.Join(", ", experiment.SettingNames)} in {experiment.Name}");
            }
        }

        return names;
    }

    private static Algorithm[] ParseAlgorithms(string text, IReadOnlyList<IExperiment> experiments)
    {
        Algorithm[] algorithms = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(TrainOptions.Algorithm).Distinct()];
        foreach (IExperiment experiment in experiments)
        {
            if (experiment.Algorithms.Count == 0)
            {
                throw new SettingException("alg", text, $"left out: {experiment.Name} has one optimizer only");
            }

            if (algorithms.Any(algorithm => !experiment.Algorithms.Contains(algorithm)))
            {
                throw new SettingException("alg", text, $"of {string.Join(", ", experiment.Algorithms.Select(algorithm => algorithm.ToString().ToLowerInvariant()))} in {experiment.Name}");
            }
        }

        return algorithms;
    }

    private static int[] ParseSeeds(string text)
    {
        int[] seeds = [.. text.Split(',').Select(part => SettingOption.Int("seeds", part))];
        return seeds.All(seed => seed >= 0) && seeds.Distinct().Count() == seeds.Length
            ? seeds
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
            ExperimentResult result = OutputPath.Naming(() => ProgressDisplay.Show(terminal, progress => experiment.Run(options, progress, terminal.Stop)));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            fallsShort |= result.FallsShort;
            string? report = options.Figures ? WriteReport(options, experiment) : null;
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

    private static string WriteReport(ExperimentOptions options, IExperiment experiment)
    {
        string folder = Path.Combine(options.Root, experiment.Name);
        string path = Path.Combine(folder, "report.html");
        ReportPage.Write([folder], path);
        return path;
    }
}
