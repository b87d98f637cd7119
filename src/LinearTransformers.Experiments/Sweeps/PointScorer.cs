using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>Scores runs that have ended, as <c>lintf plot loss</c> does, each by itself and on one thread.</summary>
/// <param name="prompts">Fresh prompts.</param>
internal sealed class PointScorer(int prompts)
{
    /// <summary>How many fresh prompts there are unless something else is asked for.</summary>
    public const int UsualPrompts = TestLosses.DefaultPrompts;

    /// <summary>Of a long history so many snapshots are scored, at equal distances.</summary>
    public const int MostSnapshots = 20;

    private readonly SweepFloors _floors = new();

    /// <summary>The run's score.</summary>
    /// <param name="path">The folder of a run that has ended.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    /// <exception cref="PlotException">Nothing is recorded.</exception>
    /// <exception cref="RunDirectoryException">The run is damaged.</exception>
    public PointScore Score(string path, CancellationToken stop)
    {
        RunDirectory directory = RunDirectory.Load(path);
        LoadedRun run = LoadedRun.Read([path], [])[0];
        bool isFinished = run.Status is RunStatus.Finished;
        int[] kept = [.. run.Iterations];
        int step = (kept.Length + MostSnapshots - 1) / MostSnapshots;
        int[] scored = [.. kept.Where((_, i) => (kept.Length - 1 - i) % step == 0)];
        Score[] scores = FreshScores.Of(
            [.. scored.Select(t => (Snapshot[])[new(run.Run, t)])], prompts, FreshScores.TestKey, 1, _ => new Nobody(), stop);
        return new PointScore(
            run.Status,
            directory.Iteration,
            prompts,
            isFinished ? scores[^1].Losses[0] : double.NaN,
            isFinished ? scores[^1].Error : double.NaN,
            scores.Select(score => score.Losses[0]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min(),
            _floors.Of(run.Settings),
            directory.Seconds);
    }
}
