using LinearTransformers.Numerics;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>A run of an experiment: its name among the experiment's runs, and what determines it.</summary>
/// <param name="Variant">Which of the experiment's settings, for example adam.</param>
/// <param name="Settings">The run's settings; its seed is among them.</param>
internal sealed record RunPlan(string Variant, TrainingSettings Settings)
{
    public string Name => $"{Variant}-seed{Settings.Seed}";
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
    public static IReadOnlyList<TrainingRun<float>> Train(
        string experiment,
        IReadOnlyList<RunPlan> plans,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop,
        params IReadOnlyList<Action> otherWork)
    {
        TrainingRun<float>[] runs = new TrainingRun<float>[plans.Count];

        // All directories are opened, and refused if they must be, before anything runs.
        RunDirectory[] directories = [.. plans.Select(plan => RunDirectory.Open(Path.Combine(options.Root, experiment, plan.Name), plan.Settings))];
        IRunProgress[] reports = [.. plans.Select(plan => progress.Start($"{experiment} {plan.Name}", plan.Settings.MaxIterations))];
        using WorkerTeam team = new(options.Threads);
        team.For(plans.Count + otherWork.Count, index =>
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (index < plans.Count)
            {
                runs[index] = RecordedRun.Continue<float>(directories[index], team, onIteration: reports[index].Report, stop: stop);
            }
            else
            {
                otherWork[index - plans.Count]();
            }
        });
        stop.ThrowIfCancellationRequested();
        foreach ((RunPlan plan, TrainingRun<float> run) in plans.Zip(runs))
        {
            if (run.Status is RunStatus.Diverged)
            {
                throw new RunDivergedException($"{experiment} {plan.Name}: the loss was not finite at iteration {run.Iteration}; its history up to there is kept");
            }
        }

        return runs;
    }
}
