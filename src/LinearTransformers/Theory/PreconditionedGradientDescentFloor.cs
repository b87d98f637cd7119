using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>Step sizes of preconditioned gradient descent that minimise the in-context loss.</summary>
/// <param name="Loss">The least expected in-context loss.</param>
/// <param name="StepSizes">a_0 … a_(L−1), positive and ascending; layer k has Q̂_k = −a_k Σ⁻¹ and P̂_k = 0.</param>
/// <param name="ErrorEstimate">How far <paramref name="Loss"/> may be from the exact value: two ways to compute it compared.</param>
public sealed record PreconditionedGradientDescentOptimum(double Loss, IReadOnlyList<double> StepSizes, double ErrorEstimate);

/// <summary>
/// Linear transformers with P̂ = 0 and Q̂_k = −a_k Σ⁻¹, that is L steps of gradient descent preconditioned by Σ⁻¹, for
/// x ~ N(0,Σ) and w ~ N(0,Σ⁻¹): the optimum of Theorem 3 of [1] in closed form; and the same on labels with noise of mean
/// square s.
/// </summary>
/// <remarks>
/// <para>With S the Gram matrix of the whitened prompt (see <see cref="WishartQuadrature"/>) the loss is</para>
/// <code>
/// E tr p(S)² = ∫ p² dμ ,   p(t) = ∏_k (1 − a_k t) ,   μ the mean eigenvalue measure of S,
/// </code>
/// <para>
/// and p runs over the polynomials of degree L with p(0) = 1. So the least loss is the Christoffel function of μ
/// at 0, and the best p is ∝ Σ_(k≤L) q_k(0) q_k(t), q_k the orthonormal polynomials of μ. This kernel
/// polynomial is orthogonal to all lower degrees for the measure t dμ(t), which lives on t &gt; 0: its L roots 1/a_k are
/// the Gauss nodes of that measure, hence always real, positive and distinct. For every N and d the best step sizes
/// are therefore real, positive, distinct, and unique up to their order (which does not matter).
/// </para>
/// <para>
/// With noise the layers also map (1/N) Xᵀε to (1 − p(S)) S⁻¹ (1/N) Xᵀε. With c = s/N the loss is
/// </para>
/// <code>
/// ∫ p² + c (1 − p)²/t dμ = ∫ c/(t + c) dμ + ∫ t r²/(t + c) dμ ,    r = p − c (1 − p)/t ,    r(−c) = 1 ,
/// </code>
/// <para>
/// the loss of the best single ridge penalty (<see cref="RidgeFloor.Best"/>) and an excess. At the best p, r is orthogonal to all lower
/// degrees for t dμ(t), so its roots τ_j are the Gauss nodes of the case without noise: r = ρ(t) = Π_j (τ_j − t)/(τ_j + c) and
/// p = (c + t ρ)/(t + c). But the roots of this p need not be real: with much noise and two or more layers they are not. Then no
/// step sizes reach <see cref="PolynomialBound"/>, and the best real ones are searched for: some of them, or all, then coincide.
/// </para>
/// <para>
/// For tasks with another Ψ = E w wᵀ the same layers have the loss v · loss(s/v), v = tr ΣΨ/d: the mean of p(S)² is a multiple of
/// the identity. Their best step sizes are those for noise s/v.
/// </para>
/// </remarks>
public static class PreconditionedGradientDescentFloor
{
    /// <summary>The largest number of layers.</summary>
    public const int MaxLayers = 60;

    private const int GridPoints = 2000;

    /// <summary>The exact expected loss of given step sizes.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="stepSizes">a_0 … a_(L−1).</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or s is out of range.</exception>
    public static double Loss(int contextLength, int dimension, ReadOnlySpan<double> stepSizes, double noiseVariance = 0)
        => Loss(Quadrature(contextLength, dimension, stepSizes.Length, noiseVariance), stepSizes, noiseVariance / contextLength);

    /// <summary>The best step sizes, one for each layer.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or s is out of range.</exception>
    public static PreconditionedGradientDescentOptimum Optimum(int contextLength, int dimension, int layers, double noiseVariance = 0)
    {
        WishartQuadrature quadrature = Quadrature(contextLength, dimension, layers, noiseVariance);
        System.Numerics.BigInteger[] moments = LaguerreTraceMoments.Compute(contextLength, dimension, 2 * layers + 1);
        (double[] roots, _) = new MomentRecurrence(moments.AsSpan(1, 2 * layers)).GaussRule();
        if (noiseVariance > 0)
            return NoisyOptimum(quadrature, Array.ConvertAll(roots, root => root / contextLength), noiseVariance / contextLength);

        double[] stepSizes = Array.ConvertAll(roots, root => contextLength / root);
        Array.Sort(stepSizes);
        double loss = Loss(quadrature, stepSizes, 0);
        double christoffel = new MomentRecurrence(moments).ChristoffelFunction(0);
        return new PreconditionedGradientDescentOptimum(loss, stepSizes, Math.Abs(loss - christoffel));
    }

    /// <summary>
    /// The least loss of all polynomials p of degree L with p(0) = 1, whose roots need not be real: a lower bound, and without
    /// noise, with one layer or with little noise the loss of <see cref="Optimum"/> itself.
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or s is out of range.</exception>
    public static double PolynomialBound(int contextLength, int dimension, int layers, double noiseVariance)
    {
        WishartQuadrature quadrature = Quadrature(contextLength, dimension, layers, noiseVariance);
        System.Numerics.BigInteger[] moments = LaguerreTraceMoments.Compute(contextLength, dimension, 2 * layers);
        (double[] roots, _) = new MomentRecurrence(moments.AsSpan(1, 2 * layers)).GaussRule();
        double c = noiseVariance / contextLength;
        return PolynomialLoss(quadrature, new NoisyStepSearch(Array.ConvertAll(roots, root => root / contextLength), c), c);
    }

    /// <summary>
    /// The best single step size a_k = a for all layers, as tied layers have it: the minimum of the convex function
    /// E tr (1 − aS)^(2L). With noise the loss need not be convex in a: its lowest point on a logarithmic grid is refined.
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d, L or s is out of range.</exception>
    public static PreconditionedGradientDescentOptimum ConstantStepOptimum(
        int contextLength, int dimension, int layers, double noiseVariance = 0)
    {
        WishartQuadrature quadrature = Quadrature(contextLength, dimension, layers, noiseVariance);
        double c = noiseVariance / contextLength;
        (double low, double high) = c == 0 ? (0, 1 / FirstPositive(quadrature.Nodes)) : Bracket(quadrature, layers, c);
        while (true)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
                break;
            if (quadrature.Integrate(t => Slope(t, middle, layers, c)) > 0)
                low = middle;
            else
                high = middle;
        }

        double[] stepSizes = new double[layers];
        Array.Fill(stepSizes, high);
        double loss = Loss(quadrature, stepSizes, c);
        WishartQuadrature larger = WishartQuadrature.ForDegree(contextLength, dimension, 2 * layers + 6);
        return new PreconditionedGradientDescentOptimum(loss, stepSizes, Math.Abs(loss - Loss(larger, stepSizes, c)));
    }

    // −1/(2L) of the derivative by a of p² + c (1 − p)²/t, p = (1 − a t)^L: positive below the minimum.
    private static double Slope(double t, double a, int layers, double c)
    {
        double slope = t * Math.Pow(1 - a * t, 2 * layers - 1);
        if (c == 0)
            return slope;
        double power = Math.Pow(1 - a * t, layers - 1);
        return slope - c * power * (1 - power * (1 - a * t));
    }

    // No useful step is shorter than a hundredth of what fits the largest node, or longer than twice what fits the smallest.
    private static (double Low, double High) Bracket(WishartQuadrature quadrature, int layers, double c)
    {
        (double from, double to) = (0.01 / (layers * (quadrature.Nodes[^1] + c)), 2 / FirstPositive(quadrature.Nodes));
        double ratio = Math.Pow(to / from, 1.0 / GridPoints);
        double[] steps = new double[layers];
        double best = from, bestLoss = double.PositiveInfinity;
        for ((int i, double a) = (0, from); i <= GridPoints; i++, a *= ratio)
        {
            Array.Fill(steps, a);
            double loss = Loss(quadrature, steps, c);
            if (loss < bestLoss)
                (best, bestLoss) = (a, loss);
        }

        return (best / ratio, best * ratio);
    }

    private static PreconditionedGradientDescentOptimum NoisyOptimum(WishartQuadrature quadrature, double[] tau, double c)
    {
        NoisyStepSearch search = new(tau, c);
        double[] stepSizes = search.Best(quadrature);
        Array.Sort(stepSizes);
        double loss = Loss(quadrature, stepSizes, c);
        double other = search.AllReal
            ? PolynomialLoss(quadrature, search, c)
            : Loss(
                WishartQuadrature.ForDegree(quadrature.ContextLength, quadrature.Dimension, 2 * tau.Length + 6), stepSizes, c);
        return new PreconditionedGradientDescentOptimum(loss, stepSizes, Math.Abs(loss - other));
    }

    // p² + c (1 − p)²/t = (c + t ρ²)/(t + c) at p = (c + t ρ)/(t + c).
    private static double PolynomialLoss(WishartQuadrature quadrature, NoisyStepSearch search, double c)
        => quadrature.Integrate(t =>
        {
            double rho = search.Rho(t);
            return t == 0 ? 1 : (c + t * rho * rho) / (t + c);
        });

    private static WishartQuadrature Quadrature(int contextLength, int dimension, int layers, double noiseVariance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, MaxLayers);
        NoiseVariance.Check(noiseVariance);
        return WishartQuadrature.ForDegree(contextLength, dimension, 2 * layers);
    }

    private static double Loss(WishartQuadrature quadrature, ReadOnlySpan<double> stepSizes, double c)
    {
        double sum = 0;
        for (int j = 0; j < quadrature.Nodes.Length; j++)
        {
            double t = quadrature.Nodes[j];
            double p = 1;
            foreach (double a in stepSizes)
                p *= 1 - a * t;
            sum += quadrature.Weights[j] * p * p;
            if (c > 0 && t > 0)
                sum += quadrature.Weights[j] * c * (1 - p) * (1 - p) / t;
        }

        return sum;
    }

    private static double FirstPositive(ReadOnlySpan<double> nodes) => nodes[0] > 0 ? nodes[0] : nodes[1];
}
