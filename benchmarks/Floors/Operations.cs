using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// Counts the operations of kernels by running them on <see cref="CountingLanes"/>: what is counted is what is computed, exactly.
/// </summary>
internal static class Operations
{
    private const int Prompts = 16;

    /// <summary>Of loss and gradient of a linear transformer, a prompt.</summary>
    public static double OfGradient(LinearTransformerShape shape) => Count(() =>
    {
        if (shape.Dimension == 5)
        {
            Evaluate<Dimension5>();
        }
        else
        {
            Evaluate<AnyDimension>();
        }

        void Evaluate<TDim>()
            where TDim : struct, IDimension
            => new GramEngine<CountingLanes, float, CountingLanes, float, TDim>(shape, null).Evaluate(
                new float[shape.ParameterCount], new GramStatistics<float>(Prompts, shape.Dimension), new float[shape.ParameterCount]);
    });

    /// <summary>Of a Hessian-vector product of a linear transformer of five dimensions, a prompt.</summary>
    public static double OfHessianProduct(LinearTransformerShape shape) => Count(() =>
        new GramEngine<DualLanes<CountingLanes, float>, Dual<float>, CountingLanes, float, Dimension5>(shape, null).Evaluate(
            new Dual<float>[shape.ParameterCount], new GramStatistics<float>(Prompts, shape.Dimension),
                new Dual<float>[shape.ParameterCount]));

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
        new GramBuilder<CountingLanes, float>(settings.Dimension).Build(batch, Prompts, settings.ContextLength, statistics.Pointer, null);
        GC.KeepAlive(statistics);
    });

    private static double Count(Action action)
    {
        CountingLanes.Operations = 0;
        action();
        return (double)CountingLanes.Operations * CountingLanes.Count / Prompts;
    }
}
