using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>A run of an experiment: its name among the experiment's runs, and what determines it.</summary>
/// <param name="Variant">Which of the experiment's settings, for example adam.</param>
/// <param name="Settings">The run's settings; its seed is among them.</param>
internal sealed record RunPlan(string Variant, TrainingSettings Settings)
{
    public string Name => $"{Variant}{(Settings.Stream is StreamKind.Native ? "-native" : "")}-seed{Settings.Seed}";
}

/// <summary>Trains the runs of an experiment side by side, each into its directory, with other work in between.</summary>
internal static class RunSet
{
    /// <summary>
    /// Trains what is not trained yet. Threads take whole runs first, then whatever else is to be done, and help with
    /// the batches of the others when nothing is left.
    /// </summary>
    /// <returns>The finished runs, in the order of the plans.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop; the runs are saved.</exception>
    /// <exception cref="RunDivergedException">A run diverged; all others have finished.</exception>
    public static IReadOnlyList<FinishedRun> Train(
        string experiment,
        IReadOnlyList<RunPlan> plans,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop,
        params IReadOnlyList<Action> otherWork)
    {
        IReadOnlyList<FinishedRun> runs = TrainOrDiverge(experiment, plans, options, progress, stop, otherWork);
        for (int i = 0; i < runs.Count; i++)
        {
            if (runs[i].DivergedAt is { } iteration)
            {
                throw new RunDivergedException(
                    $"{experiment} {plans[i].Name}: {RunDivergedException.What(iteration, runs[i].Settings.MaxIterations)}; its history up "
                        + "to there is kept");
            }
        }

        return runs;
    }

    /// <summary>As <see cref="Train"/>, with runs that diverged among those that are returned.</summary>
    public static IReadOnlyList<FinishedRun> TrainOrDiverge(
        string experiment,
        IReadOnlyList<RunPlan> plans,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop,
        params IReadOnlyList<Action> otherWork)
    {
        FinishedRun[] runs = new FinishedRun[plans.Count];

        // All directories are opened, and refused if they must be, before anything runs.
        using IDisposable? training = options.WhileTraining?.Invoke();
        using OpenRuns directories = new([.. plans.Select(plan => (Path.Combine(options.Root, experiment, plan.Name), plan.Settings))]);
        IRunProgress[] reports =
            [.. plans.Select(plan => progress.Start($"{experiment} {plan.Name}", plan.Settings.MaxIterations, Cost(plan.Settings)))];
        using WorkerTeam team = new(options.Threads);
        int[][] groups = [.. Enumerable.Range(0, plans.Count).GroupBy(index => SharedSeed(plans[index].Settings) ?? -1L - index)
            .Select(group => group.ToArray())];
        team.For(groups.Length + otherWork.Count, index =>
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (index >= groups.Length)
            {
                otherWork[index - groups.Length]();
            }
            else if (groups[index] is [int alone])
            {
                Train(alone, null);
            }
            else
            {
                InTurns.Run(groups[index].Length, (seat, i) => Train(groups[index][i], seat));
            }
        });
        stop.ThrowIfCancellationRequested();
        return runs;

        void Train(int index, SharedStream.Seat? seat)
        {
            TrainingRun<float> run =
                RecordedRun.Continue<float>(
                    directories[index], team, plans.Count == 1 ? options.OnLog : null, reports[index].Report, options.SaveEvery, seat,
                        stop);
            runs[index] = new FinishedRun(
                run.Settings, run.History, run.Log, run.LastLoss, run.Status is RunStatus.Diverged ? run.Iteration : null);
        }
    }

    /// <summary>
    /// The seed of a run that had better go on in turns with others of that seed: where every iteration's batch is drawn as a view.
    /// </summary>
    public static long? SharedSeed(TrainingSettings settings)
        => settings is { Stream: StreamKind.Torch, ResampleEvery: 1 } ? settings.DataSeed ?? settings.Seed : null;

    /// <summary>Roughly what an iteration costs, in units of a prompt's layer: good enough to share out a progress bar.</summary>
    private static double Cost(TrainingSettings settings)
    {
        double kernel = settings.Layers - 0.7;
        double draw = settings.ResampleEvery is null or 1 ? 0.1 * (settings.ContextLength + 1) : 0;
        return settings.BatchSize * (kernel + draw);
    }
}
