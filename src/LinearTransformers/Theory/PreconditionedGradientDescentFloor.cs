using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>Step sizes of preconditioned gradient descent that minimise the in-context loss.</summary>
/// <param name="Loss">The least expected in-context loss.</param>
/// <param name="StepSizes">a_0 … a_(L−1), positive and ascending; layer k has Q̂_k = −a_k Σ⁻¹ and P̂_k = 0.</param>
/// <param name="ErrorEstimate">How far <paramref name="Loss"/> may be from the exact value: two ways to compute it compared.</param>
public sealed record PreconditionedGradientDescentOptimum(double Loss, IReadOnlyList<double> StepSizes, double ErrorEstimate);

/// <summary>
/// Linear transformers with P̂ = 0 and Q̂_k = −a_k Σ⁻¹, that is L steps of gradient descent preconditioned by Σ⁻¹, for
/// x ~ N(0,Σ) and w ~ N(0,Σ⁻¹): the optimum of Theorem 3 of [1] in closed form.
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
/// </remarks>
public static class PreconditionedGradientDescentFloor
{
    /// <summary>The largest number of layers.</summary>
    public const int MaxLayers = 60;

    /// <summary>The exact expected loss of given step sizes.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="stepSizes">a_0 … a_(L−1).</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d or L is out of range.</exception>
    public static double Loss(int contextLength, int dimension, ReadOnlySpan<double> stepSizes)
        => Loss(Quadrature(contextLength, dimension, stepSizes.Length), stepSizes);

    /// <summary>The best step sizes, one for each layer.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d or L is out of range.</exception>
    public static PreconditionedGradientDescentOptimum Optimum(int contextLength, int dimension, int layers)
    {
        WishartQuadrature quadrature = Quadrature(contextLength, dimension, layers);
        System.Numerics.BigInteger[] moments = LaguerreTraceMoments.Compute(contextLength, dimension, 2 * layers + 1);
        (double[] roots, _) = new MomentRecurrence(moments.AsSpan(1, 2 * layers)).GaussRule();
        double[] stepSizes = Array.ConvertAll(roots, root => contextLength / root);
        Array.Sort(stepSizes);

        double loss = Loss(quadrature, stepSizes);
        double christoffel = new MomentRecurrence(moments).ChristoffelFunction(0);
        return new PreconditionedGradientDescentOptimum(loss, stepSizes, Math.Abs(loss - christoffel));
    }

    /// <summary>The best single step size a_k = a for all layers: the minimum of the convex function E tr (1 − aS)^(2L).</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, d or L is out of range.</exception>
    public static PreconditionedGradientDescentOptimum ConstantStepOptimum(int contextLength, int dimension, int layers)
    {
        WishartQuadrature quadrature = Quadrature(contextLength, dimension, layers);
        double low = 0, high = 1 / FirstPositive(quadrature.Nodes);
        while (true)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
                break;
            // The derivative by a is −2L Σ w t (1 − a t)^(2L−1): negative below the minimum.
            if (quadrature.Integrate(t => t * Math.Pow(1 - middle * t, 2 * layers - 1)) > 0)
                low = middle;
            else
                high = middle;
        }

        double[] stepSizes = new double[layers];
        Array.Fill(stepSizes, high);
        double loss = Loss(quadrature, stepSizes);
        WishartQuadrature larger = WishartQuadrature.ForDegree(contextLength, dimension, 2 * layers + 6);
        return new PreconditionedGradientDescentOptimum(loss, stepSizes, Math.Abs(loss - Loss(larger, stepSizes)));
    }

    private static WishartQuadrature Quadrature(int contextLength, int dimension, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, MaxLayers);
        return WishartQuadrature.ForDegree(contextLength, dimension, 2 * layers);
    }

    private static double Loss(WishartQuadrature quadrature, ReadOnlySpan<double> stepSizes)
    {
        double sum = 0;
        for (int j = 0; j < quadrature.Nodes.Length; j++)
        {
            double p = 1;
            foreach (double a in stepSizes)
                p *= 1 - a * quadrature.Nodes[j];
            sum += quadrature.Weights[j] * p * p;
        }

        return sum;
    }

    private static double FirstPositive(ReadOnlySpan<double> nodes) => nodes[0] > 0 ? nodes[0] : nodes[1];
}
