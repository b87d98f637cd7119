using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// <see cref="Chebyshev"/>'s method with the edges of Marchenko and Pastur's law (1967) for bounds of the eigenvalues of G other than 0,
/// and those of Σ:
/// <code>
/// a = λ_min(Σ) (1 − √(d/N))² ,    b = λ_max(Σ) (1 + √(d/N))²
/// </code>
/// For independent entries of variance 1 and Σ = I the eigenvalues lie between the edges as d and N grow; for any Σ between these bounds.
/// Nothing is tuned.
/// </summary>
/// <remarks>
/// Eigenvalues of a prompt spread somewhat beyond the edges where d and N are small. What is left of w there falls more slowly, below a, or
/// grows with every step, above b: a few such prompts may make the mean loss larger than that of gradient descent with the best step size.
/// Near N = d the lower bound tends to 0, and so does what the method does about small eigenvalues: at N = d nothing is gained from one
/// step to the next.
/// </remarks>
[Part("chebyshev-mp", "Chebyshev's method with bounds by Marchenko and Pastur's law")]
public sealed record MarchenkoPasturChebyshev : Baseline
{
    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <summary>The method with these bounds.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="covariance">Σ; null is the identity.</param>
    /// <exception cref="ArgumentException">Σ has another dimension.</exception>
    public static Chebyshev Of(int contextLength, int dimension, Covariance? covariance = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        BatchCheck.Fits(dimension, covariance);
        double root = Math.Sqrt((double)dimension / contextLength);
        double[] eigenvalues = covariance is null ? [1] : Eigenvalues(covariance);
        return new Chebyshev
        {
            Low = eigenvalues[0] * (1 - root) * (1 - root),
            High = eigenvalues[^1] * (1 + root) * (1 + root),
        };
    }

    /// <inheritdoc/>
    public override string? Refusal(PromptKnowledge known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return known.HasOwnCovariances
            ? $"{Parts.NameOf(this)} needs the covariance of the covariates: here each prompt has one of its own"
            : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        BatchCheck.IsComputed(statistics);
        Chebyshev method = Of(statistics.ContextLength, statistics.Dimension, known?.Covariance) with { Width = Width };
        return method.Evaluate(statistics, steps, known, team);
    }

    /// <summary>Those of Σ, ascending.</summary>
    private static double[] Eigenvalues(Covariance covariance)
    {
        int d = covariance.Dimension;
        double[] root = CovarianceRoots.Transposed(covariance);
        double[,] matrix = new double[d, d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                for (int k = 0; k < d; k++)
                {
                    matrix[i, j] += root[(k * d) + i] * root[(k * d) + j];
                }
            }
        }

        return SymmetricEigenvalues.Of(matrix);
    }
}
