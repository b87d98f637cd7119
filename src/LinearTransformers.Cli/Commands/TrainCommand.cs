using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf train: one run, with any settings.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new("train", "Train a linear transformer; the defaults are those of the published train notebook.");
        TrainOptions options = new(command);
        Option<string> config = SettingOption.ConfigOption("settings");
        command.Options.Add(config);
        Option<string> threads = SettingOption.Create("threads", "n", "threads [one a processor]");
        Option<string> output =
            SettingOption.Create(
                "out", "DIR",
                    "the run's folder: a new or empty one, or that of the same run, which is gone on with [runs/train/ and a name from "
                        + "the settings]");
        Option<bool> json = new("--json") { Description = "print the log, a JSON object a line, and nothing else on standard output" };
        Option<string> saveEvery = SettingOption.SaveEveryOption();
        command.Options.Add(threads);
        command.Options.Add(output);
        command.Options.Add(saveEvery);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            List<string> unused = [];
            TrainingSettings settings = options.Read(
                parsed, parsed.GetValue(config) is { } source ? SettingsSource.Read(source, terminal) : new TrainingSettings(), unused);
            int threadCount = SettingOption.Threads(parsed.GetValue(threads));
            if (parsed.GetValue(output) is "")
            {
                throw new UsageException("--out is empty: it must be a folder");
            }

            TimeSpan? betweenSaves = SettingOption.SaveEvery(parsed.GetValue(saveEvery));
            bool asJson = parsed.GetValue(json);
            settings.Validate();
            foreach (string option in unused.Distinct())
            {
                terminal.Error.WriteLine(
                    $"lintf: --{option} has no effect on this run: it is a setting of {SettingText.PartsWith(option)}");
            }

            if (settings.InitialRun is { } initial && options.Has(parsed, "var"))
            {
                terminal.Error.WriteLine($"lintf: --var has no effect on this run: it begins with the parameters of --init {initial}");
            }

            return OutputPath.Naming(() =>
            {
                using RunDirectory directory = RunDirectory.Open(parsed.GetValue(output) ?? DefaultFolder(settings), settings);
                return settings.Precision is Precision.Double
                    ? Train<double>(terminal, directory, threadCount, betweenSaves, asJson)
                    : Train<float>(terminal, directory, threadCount, betweenSaves, asJson);
            });
        });
        return command;
    }

    private static int Train<T>(Terminal terminal, RunDirectory directory, int threads, TimeSpan? saveEvery, bool json)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool wasDone = directory.Status is not RunStatus.Unfinished;
        using WorkerTeam team = new(threads);
        TrainingRun<T> run = ProgressDisplay.Show(terminal, progress =>
        {
            IRunProgress report = progress.Start("train", directory.Settings.MaxIterations);
            return RecordedRun.Continue<T>(directory, team, json ? Log : null, report.Report, saveEvery, stop: terminal.Stop);
        });

        if (run.Status is RunStatus.Unfinished)
        {
            throw new OperationCanceledException();
        }

        if (json)
        {
            terminal.Out.WriteLine(JsonLines.Done(run.Iteration, directory.Seconds, run.LastLoss));
        }
        else
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{directory.Path}: {Counted.Of(run.Iteration, "iteration")} in {directory.Seconds:0.0} "
                    + $"s{(wasDone ? ", done before" : "")}, loss of the last batch {run.LastLoss}"));
        }

        return run.Status is RunStatus.Diverged
            ? throw new RunDivergedException(
                $"{RunDivergedException.What(run.Iteration, run.Settings.MaxIterations)}; the history up to there is in "
                    + $"{directory.Path}{Hint(run.Settings)}")
            : ExitCode.Fine;

        void Log(LogLine line)
        {
            terminal.Out.WriteLine(LogLineJson.Write(line));
            terminal.Out.Flush();
        }
    }

    /// <summary>What covariates of heavy tails need, where a run with such diverged.</summary>
    private static string Hint(TrainingSettings settings) => settings.Covariates.HasLightTails
        ? ""
        : $"; {settings.Covariates} covariates have heavy tails: try a lower --lr or --clip, or lighter tails";

    /// <summary>runs/train/ and a name from the settings: equal settings have equal names, other settings others.</summary>
    private static string DefaultFolder(TrainingSettings settings)
    {
        TrainingSettings named = new()
        {
            Covariates = settings.Covariates,
            ContextLength = settings.ContextLength,
            Optimizer = (Optimizer)Parts.Of(typeof(Optimizer)).Entries.First(
                entry => entry.Name == Parts.NameOf(settings.Optimizer)).Default,
            LearningRate = settings.LearningRate,
            Seed = settings.Seed,
        };
        string word = settings.Mode is { } mode ? mode.ToString().ToLowerInvariant() : Parts.TextOf(settings.Covariates).Replace(':', '-');
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{word}-n{settings.ContextLength}-{Parts.NameOf(settings.Optimizer)}-lr{settings.LearningRate}");
        string rest = settings == named
            ? ""
            : "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SettingsJson.Write(settings with { Seed = 0 }))))[..8];
        return Path.Combine("runs", "train", $"{name}{rest}-seed{settings.Seed}");
    }
}
