using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>A loss kernel compiled for a lane type and a dimension.</summary>
/// <typeparam name="TScalar">A parameter: a number, or a dual number.</typeparam>
/// <typeparam name="TNumber">What statistics are kept in: float or double.</typeparam>
internal interface IGramEngine<TScalar, TNumber>
    where TScalar : unmanaged
    where TNumber : unmanaged
{
    /// <summary>The mean squared residual; with a gradient to fill, that too.</summary>
    double Evaluate(ReadOnlySpan<TScalar> parameters, GramStatistics<TNumber> statistics, Span<TScalar> gradient);
}
