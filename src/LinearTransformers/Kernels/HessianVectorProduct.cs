using System.Numerics;
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
    private readonly IGramEngine<Dual<T>, T> _engine;
    private readonly Dual<T>[] _parameters;
    private readonly Dual<T>[] _gradient;

    /// <summary>Products for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public HessianVectorProduct(LinearTransformerShape shape, WorkerTeam? team = null)
        : this(shape, team, shape?.Dimension == 5)
    {
    }

    internal HessianVectorProduct(LinearTransformerShape shape, WorkerTeam? team, bool knownDimension, LaneWidth? width = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        _engine = (IGramEngine<Dual<T>, T>)LaneChoice.Create<T, object>(new Engines(shape, team, knownDimension), width);
        _parameters = new Dual<T>[shape.ParameterCount];
        _gradient = new Dual<T>[shape.ParameterCount];
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
        KernelArguments.Check(Shape, parameters, statistics);
        KernelArguments.CheckGradient(Shape, gradient);
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
            loss = Evaluate(parameters, statistics, directions.Slice(offset, n));
            for (int i = 0; i < n; i++)
            {
                products[offset + i] = _gradient[i].Tangent;
            }
        }

        for (int i = 0; i < n; i++)
        {
            gradient[i] = _gradient[i].Value;
        }

        return loss;
    }

    /// <summary>Leaves the gradient and the product in the dual gradient.</summary>
    private double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, ReadOnlySpan<T> direction)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            _parameters[i] = new(parameters[i], direction[i]);
        }

        return _engine.Evaluate(_parameters, statistics, _gradient);
    }

    private sealed class Engines(LinearTransformerShape shape, WorkerTeam? team, bool knownDimension) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => knownDimension
                ? new GramEngine<DualLanes<TLane, TNumber>, Dual<TNumber>, TLane, TNumber, Dimension5>(shape, team)
                : new GramEngine<DualLanes<TLane, TNumber>, Dual<TNumber>, TLane, TNumber, AnyDimension>(shape, team);
    }
}
