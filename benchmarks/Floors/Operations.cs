using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// Counts the operations of kernels by running them on <see cref="CountingLanes"/>: what is counted is what is computed, exactly.
/// </summary>
internal static class Operations
{
    private const int Prompts = 16;

    /// <summary>Of loss and gradient of a model on Gram statistics, a prompt.</summary>
    public static double OfGradient(IGramPassFactory passes) => Count(() =>
        new GramEngine<CountingLanes, float, CountingLanes, float>(passes, null).Evaluate(
            new float[passes.ParameterCount], StatisticsFor(passes), new float[passes.ParameterCount]));

    /// <summary>Of a Hessian-vector product of a model on Gram statistics, a prompt.</summary>
    public static double OfHessianProduct(IGramPassFactory passes) => Count(() =>
        new GramEngine<DualLanes<CountingLanes, float>, Dual<float>, CountingLanes, float>(passes, null).Evaluate(
            new Dual<float>[passes.ParameterCount], StatisticsFor(passes), new Dual<float>[passes.ParameterCount]));

    /// <summary>Of loss and gradient of a model that looks at each token, a prompt.</summary>
    public static double OfGradient(int parameterCount, ITokenPassFactory passes, int contextLength, int dimension) => Count(() =>
        new TokenEngine<CountingLanes, float, CountingLanes, float>(parameterCount, passes, null).Evaluate(
            new float[parameterCount], new TokenBundles<float>(Prompts, contextLength, dimension), new float[parameterCount]));

    /// <summary>Of Gram statistics from tokens, a prompt.</summary>
    public static unsafe double OfGram(PromptSettings settings) => Count(() =>
    {
        PromptBatch batch = new(settings with { BatchSize = Prompts });
        batch.Draw(new TorchStream(0));
        AlignedBuffer<float> statistics = new(Prompts * new GramLayout(settings.Dimension).Stride);
        GramBuilder<CountingLanes, float> builder = new(new(settings.Dimension));
        builder.Build(batch, Prompts, settings.ContextLength, statistics.Pointer, null);
        GC.KeepAlive(statistics);
    });

    private static GramStatistics<float> StatisticsFor(IGramPassFactory passes)
        => new(Prompts, passes.Statistics.Dimension, passes.Statistics.HasSquare);

    private static double Count(Action action)
    {
        CountingLanes.Operations = 0;
        action();
        return (double)CountingLanes.Operations * CountingLanes.Count / Prompts;
    }
}
