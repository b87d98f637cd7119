using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss f of a linear transformer (see <see cref="GramLoss{T}"/>), its gradient ∇f, and products
/// of its Hessian with vectors, H v = d/dε ∇f(θ + ε v) at ε = 0: exact but for roundings, by running the gradient's
/// kernel on dual numbers. A product costs two to three gradients. Loss and gradient have the bits that
/// <see cref="GramLoss{T}"/> gives; all sums are in a fixed order, the same bits on any number of threads.
/// </summary>
/// <typeparam name="T">float, or double where the last digits matter.</typeparam>
/// <remarks>
/// <para>Not for use from several threads at once.</para>
/// <para>Source: Pearlmutter, <i>Fast exact multiplication by the Hessian</i>, Neural Computation 6, 1994.</para>
/// </remarks>
/// <example>
/// <code>
/// HessianVectorProduct&lt;double&gt; hessian = new(shape, team);
/// double loss = hessian.Evaluate(parameters, statistics, direction, gradient, product);
/// </code>
/// </example>
public sealed class HessianVectorProduct<T>
    where T : unmanaged
{
    private readonly GramEvaluator<T> _evaluator;

    /// <summary>Products for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public HessianVectorProduct(LinearTransformerShape shape, WorkerTeam? team = null)
        : this(shape, team, shape?.Dimension == 5)
    {
    }

    internal HessianVectorProduct(LinearTransformerShape shape, WorkerTeam? team, bool knownDimension)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        _evaluator = new(new GramPasses(shape, knownDimension), team, null);
    }

    /// <summary>The model's sizes.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>The loss at these parameters, its gradient, and the Hessian's product with each of some directions.</summary>
    /// <param name="parameters">θ, n numbers.</param>
    /// <param name="statistics">The batch.</param>
    /// <param name="directions">Directions v one after another, k·n numbers for k ≥ 1, in the layout of the parameters.</param>
    /// <param name="gradient">Receives ∇f, n numbers.</param>
    /// <param name="products">Receives the products H v one after another, k·n numbers.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public double Evaluate(
        ReadOnlySpan<T> parameters, GramStatistics<T> statistics, ReadOnlySpan<T> directions, Span<T> gradient, Span<T> products)
    {
        int n = Shape.ParameterCount;
        if (directions.IsEmpty || directions.Length % n != 0)
        {
            throw new ArgumentException($"{directions.Length} entries are not one or more directions of {n}", nameof(directions));
        }

        if (products.Length != directions.Length)
        {
            throw new ArgumentException(
                $"products of {products.Length} entries do not fit directions of {directions.Length}", nameof(products));
        }

        // One tangent at a time: bundles of a value and two to four tangents, which would save a fifth of the arithmetic at best, take
        // three times as long a direction, since the compiler keeps no such structure in registers (measured at d = 5, B = 1000).
        double loss = 0;
        for (int offset = 0; offset < directions.Length; offset += n)
        {
            loss = _evaluator.Evaluate(parameters, statistics, directions.Slice(offset, n), gradient, products.Slice(offset, n));
        }

        return loss;
    }
}
