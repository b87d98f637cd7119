using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>A loss kernel compiled for a lane type and a dimension.</summary>
internal interface IGramEngine<T>
    where T : unmanaged
{
    /// <summary>The mean squared residual; with a gradient to fill, that too.</summary>
    double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, Span<T> gradient);
}
