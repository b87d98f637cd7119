using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Exact;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>
/// Evaluates models on any prompts, with algorithms and exact values beside. Prompts are fresh ones, the same as those of
/// <c>lintf plot loss</c>, and the same for all that can share them; memory does not grow with their number.
/// </summary>
public static class Evaluator
{
    private const int MostPrompts = 100_000_000;

    /// <summary>Evaluates runs.</summary>
    /// <param name="folders">Run folders, or folders with runs below them.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="leftOut">Receives a line for each thing that is left out, with the reason.</param>
    /// <param name="progress">Hears how it comes along.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>For each run and kind of prompts: the model, the algorithms, the exact values.</returns>
    /// <exception cref="PlotException">No run can be evaluated.</exception>
    /// <exception cref="SettingException">An option makes no sense.</exception>
    /// <exception cref="RunDirectoryException">A folder holds no run.</exception>
    public static IReadOnlyList<EvaluationRow> Evaluate(
        IReadOnlyList<string> folders,
        EvaluationOptions options,
        ICollection<string> leftOut,
        IProgressReporter progress,
        CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        if (options.Prompts is < 1 or > MostPrompts)
        {
            throw new SettingException("prompts", options.Prompts, $"from 1 to {MostPrompts}");
        }

        foreach (string text in options.Baselines ?? [])
        {
            Parts.Parse<Baseline>("baselines", text);
        }

        Subject[] subjects = [.. LoadedRun.Read(folders, leftOut).SelectMany(run => On(run, options).Select(
            on => Subject.Of(run, on, IterationsOf(run, options))))];
        using WorkerTeam team = new(options.Threads);
        Dictionary<(TrainingSettings Tuning, string Text), Baseline?> tuned = [];
        Station[] stations = [.. subjects
            .GroupBy(subject => (subject.Settings.OfModelAndPrompts(), subject.Settings.GivenCovariance, OfTuning(subject, options)))
            .Select(group => NewStation([.. group], options, team, tuned, leftOut))];
        Dictionary<Subject, IReadOnlyList<EvaluationRow>> rows = new(ReferenceEqualityComparer.Instance);
        IRunProgress report = progress.Start("evaluation", stations.Length * options.Prompts);
        for (int i = 0; i < stations.Length; i++)
        {
            int before = i * options.Prompts;
            Station station = stations[i];
            EvaluationSums sums = new(station);
            new FreshBlocks(options.Prompts, BlockSize(station.Kind, options), FreshScores.TestKey).Run(
                station.Count, team, station.Measure, sums.Add, done => report.Report(before + done), stop);
            for (int s = 0; s < station.Subjects.Count; s++)
            {
                rows[station.Subjects[s]] = sums.Rows(s, options);
            }
        }

        Dictionary<TrainingSettings, ExactRow[]> floors = [];
        return [.. subjects.SelectMany(subject => rows[subject].Concat(options.WithFloors ? Floors(subject, options, floors, stop) : []))];
    }

    private static IEnumerable<TestPrompts> On(LoadedRun run, EvaluationOptions options)
    {
        if (options.Examples is not { } examples)
        {
            return options.On;
        }

        int most = examples == EvaluationOptions.ExamplesOfTraining ? run.Settings.ContextLength : examples;
        return options.On.SelectMany(on => Enumerable.Range(1, most).Select(on.WithExamples));
    }

    private static Station NewStation(
        Subject[] subjects, EvaluationOptions options, WorkerTeam team,
        Dictionary<(TrainingSettings Tuning, string Text), Baseline?> tuned, ICollection<string> leftOut)
    {
        TrainingSettings test = subjects[0].Settings;
        TrainingSettings tuning = OfTuning(subjects[0], options) ?? test;
        int[] layers = options.EachLayer ? [.. Enumerable.Range(1, test.Layers)] : [test.Layers];
        IReadOnlyList<Opponent> opponents = Opponent.Tuned(options.Baselines ?? Opponent.Usual(test), tuning, test, team, tuned, leftOut);
        return new Station(test, subjects, layers, opponents, options.Compare, BlockSize(test, options));
    }

    /// <summary>The prompts that algorithms are tuned to, where they are others than those that are tested on.</summary>
    private static TrainingSettings? OfTuning(Subject subject, EvaluationOptions options)
        => options.TunedAsTrained
            ? TestPrompts.AsTrained.Of(subject.Run.Settings, subject.Run.Run.History.Covariance)
            : null;

    private static int BlockSize(TrainingSettings settings, EvaluationOptions options)
        => Math.Min(options.Prompts, FreshBlocks.SizeFor(settings));

    private static int[] IterationsOf(LoadedRun run, EvaluationOptions options)
    {
        if (options.AllIterations)
        {
            return [.. run.Iterations];
        }

        foreach (int iteration in options.Iterations?.Where(iteration => iteration != EvaluationOptions.Last) ?? [])
        {
            if (!run.Run.History.Iterations.Contains(iteration))
            {
                throw new SettingException(
                    "at", iteration,
                    $"an iteration that the history of {run.Path} holds: it goes from {run.Run.History.Iterations[0]} to "
                        + $"{run.Run.History.Iterations[^1]} in steps of hist-stride {run.Settings.HistoryStride}");
            }
        }

        return options.Iterations is null ? [run.End]
            : [.. options.Iterations.Select(iteration => iteration == EvaluationOptions.Last ? run.End : iteration).Distinct().Order()];
    }

    /// <summary>What theory knows of the prompts of a subject.</summary>
    private static IEnumerable<EvaluationRow> Floors(
        Subject subject, EvaluationOptions options, Dictionary<TrainingSettings, ExactRow[]> known, CancellationToken stop)
    {
        TrainingSettings settings = subject.Settings;
        TrainingSettings key = settings.OfModelAndPrompts() with { GivenCovariance = settings.GivenCovariance };
        if (!known.TryGetValue(key, out ExactRow[]? rows))
        {
            int[] layers = options.EachLayer ? [.. Enumerable.Range(1, settings.Layers)] : [settings.Layers];
            known[key] = rows = [.. ExactFamily.Of(_ => settings, layers, stop, withSampled: false)
                .Where(row => row.Layers is null || layers.Contains(row.Layers.Value))];
        }

        return rows.Select(row => EvaluationSums.RowOf(subject, subject.Iterations[^1], "floor") with
        {
            Layer = row.Layers,
            Family = row.Family,
            Loss = row.Loss,
            StandardError = row.StandardError,
        });
    }
}
