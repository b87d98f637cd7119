using LinearTransformers.Numerics;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// Fresh prompts in small blocks, each from a native stream of its own, of which no more than a few are in memory at once. What is
/// measured on blocks is added up block after block, whoever computed them: the bits do not depend on the number of threads.
/// </summary>
/// <param name="prompts">How many prompts.</param>
/// <param name="size">Prompts of a block; the last one may have fewer.</param>
/// <param name="key">The seed of the first block's stream.</param>
internal sealed class FreshBlocks(int prompts, int size, ulong key)
{
    /// <summary>Enough blocks for a standard error from a thousand prompts, and large enough not to matter in time.</summary>
    private const int BlockOfPrompts = 80;

    /// <summary>Covariates of a block, where contexts are long.</summary>
    private const long MostNumbersOfBlock = 1 << 25;

    /// <summary>Values that are kept before they are added up.</summary>
    private const int MostValuesOfRound = 1 << 20;

    /// <summary>Measures a block.</summary>
    /// <param name="seed">Of its stream.</param>
    /// <param name="size">Its prompts.</param>
    /// <param name="values">Receives what was measured.</param>
    public delegate void Measure(ulong seed, int size, Span<double> values);

    /// <summary>Prompts of a block for these settings.</summary>
    public static int SizeFor(TrainingSettings settings)
        => (int)Math.Clamp(MostNumbersOfBlock / ((settings.ContextLength + 1L) * settings.Dimension), 1, BlockOfPrompts);

    /// <summary>Measures all blocks.</summary>
    /// <param name="count">Values of a block.</param>
    /// <param name="team">Who shares the work.</param>
    /// <param name="measure">Measures a block; called from several threads.</param>
    /// <param name="add">Adds a block's values, in the order of blocks.</param>
    /// <param name="onPrompts">Hears how many prompts are done.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Run(
        int count, WorkerTeam team, Measure measure, Action<double[], int> add, Action<int> onPrompts, CancellationToken stop)
    {
        int blocks = (int)((prompts + (long)size - 1) / size);
        int least = 4 * team.Threads;
        int round = (int)Math.Clamp(MostValuesOfRound / Math.Max(1L, count), least, Math.Max(blocks, least));
        double[][] values = new double[Math.Min(round, blocks)][];
        Lock reporting = new();
        int done = 0;
        for (int first = 0; first < blocks; first += round)
        {
            int these = Math.Min(round, blocks - first);
            team.For(these, i =>
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                measure(key + (ulong)(first + i), SizeOf(first + i), values[i] ??= new double[count]);
                lock (reporting)
                {
                    onPrompts(done += SizeOf(first + i));
                }
            });
            stop.ThrowIfCancellationRequested();
            for (int i = 0; i < these; i++)
            {
                add(values[i], SizeOf(first + i));
            }
        }
    }

    private int SizeOf(int block) => (int)Math.Min(size, prompts - ((long)block * size));
}
