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

    /// <summary>The residual y_q − ŷ of each prompt, and of dual numbers its derivative.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="statistics">The batch.</param>
    /// <param name="entry">
    /// The entry of a prompt, as <see cref="GramLayout"/> counts them, that the derivative is with respect to; of dual numbers only.
    /// </param>
    /// <param name="residuals">[B], for each prompt a scalar.</param>
    void Residuals(ReadOnlySpan<TScalar> parameters, GramStatistics<TNumber> statistics, int entry, Span<TScalar> residuals);
}
