using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// A rule for E tr f(S), S = (1/N) XᵀX with X an N×d matrix of independent standard normals: nodes and positive
/// weights with Σ_j w_j f(t_j) = E tr f(S) for every polynomial f up to a wanted degree, to the last bits of a double.
/// </summary>
/// <remarks>
/// <para>
/// It is the Gauss rule of the mean eigenvalue measure, made from the exact moments of
/// <see cref="LaguerreTraceMoments"/> by <see cref="MomentRecurrence"/>. When N &lt; d, S has d−N eigenvalues equal
/// to zero in every sample: the rule then begins with the node 0 of weight d−N, and the others belong to the
/// N non-zero eigenvalues.
/// </para>
/// <para>
/// This covers every covariance: for x ~ N(0,Σ) the Gram matrix is Σ^½ S Σ^½, so with w ~ N(0,Σ⁻¹) and layers
/// P_k = b_k I, Q_k = a_k Σ⁻¹ the in-context loss is E tr p(S)² whatever Σ is.
/// </para>
/// </remarks>
public sealed class WishartQuadrature
{
    /// <summary>The largest degree: beyond it the smallest weights leave the range of a double.</summary>
    public const int MaxDegree = 250;

    private readonly double[] _nodes;
    private readonly double[] _weights;

    private WishartQuadrature(int contextLength, int dimension, int degree, double[] nodes, double[] weights)
    {
        ContextLength = contextLength;
        Dimension = dimension;
        Degree = degree;
        _nodes = nodes;
        _weights = weights;
    }

    /// <summary>N.</summary>
    public int ContextLength { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>The degree up to which polynomials are integrated exactly.</summary>
    public int Degree { get; }

    /// <summary>Eigenvalues of S, ascending.</summary>
    public ReadOnlySpan<double> Nodes => _nodes;

    /// <summary>Positive, and d in sum.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The smallest rule that is exact up to the given degree.</summary>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1, or the degree is negative or above
    /// <see cref="MaxDegree"/>.</exception>
    public static WishartQuadrature ForDegree(int contextLength, int dimension, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, MaxDegree);
        int n = degree / 2 + 1;
        System.Numerics.BigInteger[] moments = LaguerreTraceMoments.Compute(contextLength, dimension, 2 * n - 1);
        moments[0] = Math.Min(contextLength, dimension);
        (double[] nodes, double[] weights) = new MomentRecurrence(moments).GaussRule();
        for (int j = 0; j < n; j++)
            nodes[j] /= contextLength;
        return contextLength >= dimension
            ? new WishartQuadrature(contextLength, dimension, 2 * n - 1, nodes, weights)
            : new WishartQuadrature(contextLength, dimension, 2 * n - 1, [0, .. nodes], [dimension - contextLength, .. weights]);
    }

    /// <summary>
    /// The same for the mean over a fixed sample of prompts instead of the expectation: what training or a test that
    /// meets only so many prompts can see of a polynomial with a heavy tail.
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="degree">The degree up to which polynomials are averaged exactly.</param>
    /// <param name="prompts">The size of the sample; a million takes some two seconds at d = 5.</param>
    /// <param name="seed">The seed of the sample; the same seed gives the same bits.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d or the number of prompts is below 1, or the degree out of range.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    /// <remarks>
    /// Eigenvalues are drawn from the bidiagonal model of the ensemble (<see cref="WishartSpectrumSample"/>) and gathered
    /// in bins of relative width 2^−12, each standing for its mean; this moves averages by some 1e-7 of their size.
    /// </remarks>
    public static WishartQuadrature FromSample(
        int contextLength, int dimension, int degree, int prompts, ulong seed, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, MaxDegree);
        ArgumentOutOfRangeException.ThrowIfLessThan(prompts, 1);
        int n = degree / 2 + 1;
        (double[] nodes, double[] weights) = WishartSpectrumSample.Draw(contextLength, dimension, prompts, seed, stop);
        if (nodes.Length > n)
            (nodes, weights) = MomentRecurrence.FromPoints(nodes, weights, n).GaussRule();
        return contextLength >= dimension
            ? new WishartQuadrature(contextLength, dimension, 2 * n - 1, nodes, weights)
            : new WishartQuadrature(contextLength, dimension, 2 * n - 1, [0, .. nodes], [dimension - contextLength, .. weights]);
    }

    /// <summary>E tr f(S): exact for polynomials up to <see cref="Degree"/>.</summary>
    public double Integrate(Func<double, double> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        double sum = 0;
        for (int j = 0; j < _nodes.Length; j++)
            sum += _weights[j] * f(_nodes[j]);
        return sum;
    }
}
