namespace LinearTransformers.Theory;

/// <summary>The best linear transformer of the GD++ family, and how it was found.</summary>
/// <param name="Loss">The least in-context loss found.</param>
/// <param name="QueryScales">a_0 … a_(L−1): layer k has Q̂_k = a_k Σ⁻¹. Negative at the optimum.</param>
/// <param name="ValueScales">b_0 … b_(L−2): layer k has P̂_k = b_k I. The last layer's P̂ never matters and is left out.</param>
/// <param name="ErrorEstimate">
/// How far <paramref name="Loss"/> may be from the loss at this point: the difference between two exact quadrature
/// rules of different size (rounding only), or between two samples.
/// </param>
/// <param name="Finalists">The starting points, of all that were tried, from which the search went on to the end.</param>
/// <param name="FinalistsAtOptimum">Those that ended within one part in a million of <paramref name="Loss"/>.</param>
public sealed record GradientDescentPlusPlusOptimum(
    double Loss,
    IReadOnlyList<double> QueryScales,
    IReadOnlyList<double> ValueScales,
    double ErrorEstimate,
    int Finalists,
    int FinalistsAtOptimum);

/// <summary>
/// GD++: linear transformers whose layers are multiples of the identity, P̂_k = b_k I and Q̂_k = a_k Σ⁻¹, for
/// x ~ N(0,Σ) and w ~ N(0,Σ⁻¹): the optimum of Theorem 4 of [1] and its loss, also on noisy labels.
/// </summary>
/// <remarks>
/// <para>
/// Take Σ = I (the loss does not depend on Σ, see <see cref="WishartQuadrature"/>). Before layer k every covariate
/// has become m_k(S) x and every context label wᵀ r_k(S) x, with S the Gram matrix of the prompt and m_0 = r_0 = 1,
/// so G = m_k² S and g = m_k r_k S w. The layer (v = Q g, T = I + P G Qᵀ) then gives, with λ_k = m_k(t)² t for each
/// eigenvalue t of S,
/// </para>
/// <code>
/// r_(k+1) = r_k · (1 + a_k λ_k)        (labels, and the query's residual wᵀx_q + y_q alike)
/// λ_(k+1) = λ_k · (1 + a_k b_k λ_k)²    (the spectrum of G),   λ_0 = t
/// </code>
/// <para>
/// The prediction is minus the last entry, so the residual of the query is wᵀ r_L(S) x_q and
/// </para>
/// <code>
/// loss = E tr p(S)²,   p(t) = r_L(t) = ∏_k (1 + a_k λ_k(t)),   deg p = (3^L − 1)/2 .
/// </code>
/// <para>
/// Noise ε of mean square s on the labels of the examples becomes r_k(XXᵀ/N) ε before layer k, and adds
/// (s/N) E tr (1 − p(S))² S⁻¹, as for <see cref="PreconditionedGradientDescentFloor"/>: no scales come below
/// <see cref="RidgeFloor.Best"/>.
/// </para>
/// <para>
/// The expectation is exact (<see cref="WishartQuadrature"/> of degree 3^L − 1, so L ≤ 5); the minimum over the
/// 2L−1 numbers a_k, b_k is sought by Levenberg–Marquardt steps with exact derivatives from a fixed set of starting
/// points. The problem is not convex: nothing proves that the best minimum found is the global one, but the
/// number of searches that reach it is reported (all 32 for L = 3, N = 20, d = 5; 2 for L = 5).
/// </para>
/// <para>
/// Mind the tail. p has a high degree, and scales that suit ordinary prompts overshoot on prompts with an unusually
/// large eigenvalue. For N = 20, d = 5, L = 3 the exact optimum is 9.61e-4, but the best scales for a sample of a
/// million prompts score 6.8e-4 on it and on fresh samples, and 0.058 in exact expectation; for L = 4 it is 1.1e-5
/// against 1.3e-6 on samples and 2e22 in expectation. Trained models never meet the prompts that make the
/// difference, so <see cref="SampledOptimum(int, int, int, int, ulong, CancellationToken)"/> is the floor to hold them against.
/// </para>
/// </remarks>
public static class GradientDescentPlusPlusFloor
{
    /// <summary>The largest number of layers whose loss is integrated exactly.</summary>
    public const int MaxLayers = 5;

    /// <summary>The residual polynomial p(t) of the query.</summary>
    /// <param name="t">An eigenvalue of S.</param>
    /// <param name="queryScales">a_0 … a_(L−1).</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is ignored, as the model ignores its last P.</param>
    /// <exception cref="ArgumentException">Fewer than L−1 or more than L value scales.</exception>
    public static double Residual(double t, ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales)
    {
        int layers = queryScales.Length;
        if (valueScales.Length < layers - 1 || valueScales.Length > layers)
            throw new ArgumentException(
                $"valueScales has {valueScales.Length} entries; {layers} layers need {layers - 1} (or {layers}).", nameof(valueScales));
        double p = 1;
        double lambda = t;
        for (int k = 0; k < layers; k++)
        {
            p *= 1 + queryScales[k] * lambda;
            if (k == layers - 1)
                break;
            double m = 1 + queryScales[k] * valueScales[k] * lambda;
            lambda *= m * m;
        }

        return p;
    }

    /// <summary>The exact in-context loss E tr p(S)² of given layers.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="queryScales">a_0 … a_(L−1), 1 ≤ L ≤ <see cref="MaxLayers"/>.</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is ignored.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or s is out of range.</exception>
    /// <exception cref="ArgumentException">Fewer than L−1 or more than L value scales.</exception>
    public static double Loss(
        int contextLength,
        int dimension,
        ReadOnlySpan<double> queryScales,
        ReadOnlySpan<double> valueScales,
        double noiseVariance = 0)
        => Loss(
            WishartQuadrature.ForDegree(contextLength, dimension, Degree(queryScales.Length)), queryScales, valueScales, noiseVariance);

    /// <summary>The in-context loss of given layers over a spectrum, exact or sampled.</summary>
    /// <param name="spectrum">A rule of degree 3^L − 1 or more.</param>
    /// <param name="queryScales">a_0 … a_(L−1), 1 ≤ L ≤ <see cref="MaxLayers"/>.</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is ignored.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">L or s is out of range, or the degree of the rule too low.</exception>
    /// <exception cref="ArgumentException">Fewer than L−1 or more than L value scales.</exception>
    public static double Loss(
        WishartQuadrature spectrum, ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales, double noiseVariance = 0)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        NoiseVariance.Check(noiseVariance);
        ArgumentOutOfRangeException.ThrowIfLessThan(spectrum.Degree, Degree(queryScales.Length), nameof(spectrum));
        double sum = 0;
        for (int j = 0; j < spectrum.Nodes.Length; j++)
        {
            double t = spectrum.Nodes[j];
            double p = Residual(t, queryScales, valueScales);
            sum += spectrum.Weights[j] * p * p;
            if (noiseVariance > 0 && t > 0)
                sum += spectrum.Weights[j] * noiseVariance / spectrum.ContextLength * (1 - p) * (1 - p) / t;
        }

        return sum;
    }

    /// <summary>The exact optimum for N = <paramref name="contextLength"/> examples in <paramref name="dimension"/> dimensions.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d or L is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static GradientDescentPlusPlusOptimum Optimum(int contextLength, int dimension, int layers, CancellationToken stop = default)
        => Optimum(contextLength, dimension, layers, noiseVariance: 0, stop);

    /// <summary>The exact optimum on labels with noise.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or s is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static GradientDescentPlusPlusOptimum Optimum(
        int contextLength, int dimension, int layers, double noiseVariance, CancellationToken stop = default)
    {
        int degree = Degree(layers);
        NoiseVariance.Check(noiseVariance);
        return Optimum(
            WishartQuadrature.ForDegree(contextLength, dimension, degree),
            WishartQuadrature.ForDegree(contextLength, dimension, degree + 6),
            layers,
            noiseVariance,
            stop);
    }

    /// <summary>
    /// The optimum over a fixed sample of prompts, lower than the exact one because it pays for no prompt rarer than
    /// one in <paramref name="prompts"/>: the floor for a model trained and tested on that many.
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="prompts">The size of the sample.</param>
    /// <param name="seed">The seed of the sample. The error estimate compares with a second sample, of the next seed.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or the number of prompts is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static GradientDescentPlusPlusOptimum SampledOptimum(
        int contextLength, int dimension, int layers, int prompts, ulong seed, CancellationToken stop = default)
        => SampledOptimum(contextLength, dimension, layers, prompts, seed, noiseVariance: 0, stop);

    /// <summary>
    /// The optimum on labels with noise over a fixed sample of prompts, lower than the exact one because it pays for no
    /// prompt rarer than one in <paramref name="prompts"/>: the floor for a model trained and tested on that many.
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="prompts">The size of the sample.</param>
    /// <param name="seed">The seed of the sample. The error estimate compares with a second sample, of the next seed.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L, s or the number of prompts is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static GradientDescentPlusPlusOptimum SampledOptimum(
        int contextLength,
        int dimension,
        int layers,
        int prompts,
        ulong seed,
        double noiseVariance,
        CancellationToken stop = default)
    {
        int degree = Degree(layers);
        NoiseVariance.Check(noiseVariance);
        return Optimum(
            WishartQuadrature.FromSample(contextLength, dimension, degree, prompts, seed, stop),
            WishartQuadrature.FromSample(contextLength, dimension, degree, prompts, seed + 1, stop),
            layers,
            noiseVariance,
            stop);
    }

    private static int Degree(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, MaxLayers);
        return (int)Math.Pow(3, layers) - 1;
    }

    private static GradientDescentPlusPlusOptimum Optimum(
        WishartQuadrature spectrum, WishartQuadrature check, int layers, double noiseVariance, CancellationToken stop)
    {
        double c = noiseVariance / spectrum.ContextLength;
        (double[] best, int atOptimum) = new GradientDescentPlusPlusSearch(spectrum, layers, c).Run(stop);
        double[] queryScales = best[..layers];
        double[] valueScales = new double[layers - 1];
        for (int k = 0; k < layers - 1; k++)
            valueScales[k] = best[layers + k] / queryScales[k];
        double loss = Loss(spectrum, queryScales, valueScales, noiseVariance);
        double other = Loss(check, queryScales, valueScales, noiseVariance);
        return new GradientDescentPlusPlusOptimum(
            loss, queryScales, valueScales, Math.Abs(loss - other), GradientDescentPlusPlusSearch.Finalists, atOptimum);
    }
}
