using LinearTransformers.Numerics;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Measures several things at once, a thread each, and reports how many are done.</summary>
internal static class SideBySide
{
    /// <returns>What was measured, in the order of the items.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static TResult[] Measure<TItem, TResult>(
        IReadOnlyList<TItem> items, int threads, IRunProgress progress, Func<TItem, TResult> measure, CancellationToken stop)
    {
        TResult[] results = new TResult[items.Count];
        Lock reporting = new();
        int done = 0;
        using WorkerTeam team = new(threads);
        team.For(items.Count, i =>
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            results[i] = measure(items[i]);
            lock (reporting)
            {
                progress.Report(++done);
            }
        });
        stop.ThrowIfCancellationRequested();
        return results;
    }
}
