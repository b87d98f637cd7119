using System.CommandLine;
using System.Diagnostics;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf sweep: many runs that differ in some settings, and a table of them.</summary>
internal static class SweepCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "sweep",
            "Train a run for each combination of some settings, side by side, and write a table of them. The same command again does what "
                + "is left; more values add points.\n\nExample:\n"
                + "  lintf sweep --over d=2,5,10 --over n-layer=1..4 --over sd=0..4 --out runs/sizes\n"
                + "  lintf plot map runs/sizes        # and plot curve: figures\n"
                + "  lintf report runs/sizes          # one page: both, the table, and all runs");
        TrainOptions settings = new(command);
        Option<string> config = SettingOption.ConfigOption("settings of all points");
        Option<string[]> over = Many("over", "a setting and its values; given several times, each combination is a point");
        Option<string[]> zip = Many("zip", "settings that go along with one another: the first values of all of them, and so on");
        Option<string> points = SettingOption.Create(
            "points", "FILE", "settings from a CSV file: a line of their names, and then a point a line");
        Option<string> output = SettingOption.Create("out", "DIR", "the sweep's folder: a new or empty one, or that of the sweep");
        Option<string> keep = SettingOption.Create(
            SweepKeep.Option, "n|last|history",
            $"what each run keeps of its parameters: n snapshots along its way and the last ones, the last ones, or as hist-stride says "
                + $"[{SweepKeep.Usual}]");
        Option<string> prompts = SettingOption.Create("prompts", "n", "fresh prompts that each run is scored on [100000]");
        Option<string> jobs = SettingOption.Create("jobs", "n", "points trained at the same time, a thread each [one a processor]");
        Option<string> shard = SettingOption.Create("shard", "i/n", "the i-th of n shares of the points; the table is left to collect");
        Option<string> saveEvery = SettingOption.SaveEveryOption();
        Option<bool> plan = new("--plan") { Description = "print the plan, and write nothing" };
        Option<bool> noRun = new("--no-run") { Description = "write sweep.json for lintf sweep submit, and run nothing" };
        Option<bool> json = new("--json") { Description = "print the plan and the end as a JSON object a line" };
        foreach (Option option in (Option[])[
            config, over, zip, points, output, keep, prompts, jobs, shard, saveEvery, plan, noRun, json])
        {
            command.Options.Add(option);
        }

        command.Subcommands.Add(SweepSubmitCommand.Create(terminal));
        command.Subcommands.Add(SweepStatusCommand.Create(terminal));
        command.Subcommands.Add(SweepCollectCommand.Create(terminal));
        command.SetAction(parsed =>
        {
            SweepFolder folder = new(OutputPath.Folder(parsed.GetValue(output) ?? throw new UsageException(
                "sweep needs --out DIR: the folder of the sweep, new, empty or that of a sweep (see lintf sweep --help)")));
            Request request = new(
                SettingOption.Threads("jobs", parsed.GetValue(jobs)), ShareOf(parsed.GetValue(shard)),
                SettingOption.SaveEvery(parsed.GetValue(saveEvery)), parsed.GetValue(plan), parsed.GetValue(noRun), parsed.GetValue(json));
            SweepFactor[] factors =
            [
                .. parsed.GetValue(points) is { } file ? (SweepFactor[])[SweepFactor.OfFile("points", file)] : [],
                .. parsed.GetValue(zip) is { Length: > 0 } zipped ? (SweepFactor[])[SweepFactor.Zipped("zip", zipped)] : [],
                .. (parsed.GetValue(over) ?? []).Select(text => SweepFactor.Of("over", text)),
            ];
            SweepFactor.Once("over", [.. factors.SelectMany(factor => factor.Names)]);
            SweepDefinition? there = folder.IsThere ? folder.Read() : null;
            SweepDefinition given = new()
            {
                Settings = parsed.GetValue(config) is { } source ? SettingsSource.Read(source, terminal) : new TrainingSettings(),
                Options = settings.Given(parsed),
                Grids = factors.Length > 0 ? [factors] : [],
                Keep = parsed.GetValue(keep) is { } kept ? SweepKeep.Parse(kept) : there is null ? SweepKeep.Usual : there.Keep,
                Prompts = FigureOptions.AtLeastOne("prompts", parsed.GetValue(prompts)) ?? there?.Prompts ?? new SweepDefinition().Prompts,
            };
            foreach ((string name, string text) in given.Options.Where(option => given.Names.Contains(option.Name)))
            {
                throw new SettingException(name, text, "left out where it varies");
            }

            if (factors.Length == 0 && (there is null || given.Options.Count > 0 || parsed.GetValue(config) is not null))
            {
                throw new UsageException(
                    "sweep needs --over NAME=V1,V2,…: a setting and the values that it takes (see lintf sweep --help)");
            }

            return Run(terminal, folder, factors.Length == 0 ? there! : given, request);
        });
        return command;
    }

    private static Option<string[]> Many(string name, string description)
        => new("--" + name) { HelpName = "NAME=V1,V2,…", Description = description, Arity = ArgumentArity.OneOrMore };

    /// <summary>Everything is checked before anything is written.</summary>
    private static int Run(Terminal terminal, SweepFolder folder, SweepDefinition given, Request request)
    {
        long start = Stopwatch.GetTimestamp();
        SweepDefinition sweep = folder.Extended(given);
        SweepPoints points = SweepPoints.Of(sweep);
        IReadOnlyList<SweepPoint> own = points.Share(request.Share, request.Shares);
        if (points.Repeated > 0)
        {
            terminal.Error.WriteLine(
                $"lintf: {Counted.Of(points.Repeated, "point")} with the settings of another: each is there once");
        }

        foreach (string option in points.Unused)
        {
            terminal.Error.WriteLine(
                $"lintf: --{option} has no effect on this run: it is a setting of {SettingText.PartsWith(option)}");
        }

        bool isWhole = request.Shares == 1;
        bool measures = !request.NoRun && isWhole;
        SweepPlan plan = Interruptible.Run(() => SweepPlan.Of(folder, own, sweep.Prompts, measures, terminal.Stop), terminal.Stop);
        if (request.Json)
        {
            terminal.Out.WriteLine(SweepText.PlanJson(plan, request.Jobs));
        }
        else
        {
            SweepText.WritePlan(terminal.Out, plan, request.Jobs);
        }

        terminal.Out.Flush();
        if (request.PlanOnly)
        {
            return ExitCode.Fine;
        }

        terminal.Stop.ThrowIfCancellationRequested();
        folder.Update(here => here.Extended(given));
        if (request.NoRun)
        {
            return ExitCode.Fine;
        }

        PointOutcome[] outcomes;
        using (SweepProgressLine progress = new(terminal, TimeProvider.System))
        {
            outcomes = new SweepRunner(folder, sweep.Prompts, request.Jobs, request.SaveEvery).Run(own, progress, terminal.Stop);
        }

        string[] statuses = [.. outcomes.Select(outcome => outcome is PointOutcome.Taken ? SweepRow.Running
            : outcome.ToString().ToLowerInvariant())];
        List<string> files = [];
        if (isWhole)
        {
            SweepRow[] rows = SweepRows.Of(folder, points.All, sweep.Prompts, scores: false, request.Jobs, terminal.Stop);
            SweepTable.Write(folder.TablePath, points.Names, rows);
            files.Add(folder.TablePath);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        terminal.Out.WriteLine(request.Json
            ? SweepText.DoneJson(folder.Path, statuses, files, seconds)
            : $"{folder.Path}: {SweepRow.Counts(statuses)} in {Duration.Of(TimeSpan.FromSeconds(seconds))}"
                + string.Concat(files.Select(file => "\n" + file)));
        int failed = Array.IndexOf(outcomes, PointOutcome.Failed);
        if (failed >= 0)
        {
            terminal.Error.WriteLine(
                $"lintf: {Counted.Of(outcomes.Count(outcome => outcome is PointOutcome.Failed), "point")} could not be run; the first is "
                    + $"{own[failed].Name}: {folder.FailureOf(own[failed])}");
            return ExitCode.Failed;
        }

        return ExitCode.Fine;
    }

    private static (int Share, int Shares) ShareOf(string? text)
    {
        if (text is null)
        {
            return (1, 1);
        }

        string[] parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], out int share) && int.TryParse(parts[1], out int shares)
            && share >= 1 && share <= shares
            ? (share, shares)
            : throw new SettingException("shard", text, "i/n, the i-th of n shares, from 1/n to n/n");
    }

    /// <summary>How a sweep is to be run.</summary>
    private sealed record Request(int Jobs, (int, int) Part, TimeSpan? SaveEvery, bool PlanOnly, bool NoRun, bool Json)
    {
        public int Share => Part.Item1;

        public int Shares => Part.Item2;
    }
}
