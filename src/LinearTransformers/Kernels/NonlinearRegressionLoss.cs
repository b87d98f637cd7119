using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>The loss of the nonlinear-regression model.</summary>
/// <inheritdoc/>
public sealed class NonlinearRegressionLoss<T> : TokenLoss<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly WorkerTeam? _team;
    private readonly LaneWidth? _width;
    private INonlinearDiagonal<T>? _diagonal;

    /// <summary>A loss for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public NonlinearRegressionLoss(NonlinearRegressionShape shape, WorkerTeam? team = null)
        : this(shape, team, null)
    {
    }

    internal NonlinearRegressionLoss(NonlinearRegressionShape shape, WorkerTeam? team, LaneWidth? width)
        : base((shape ?? throw new ArgumentNullException(nameof(shape))).ParameterCount, shape.Dimension, new Passes(shape), team, width)
    {
        Shape = shape;
        _team = team;
        _width = width;
    }

    /// <summary>The model's sizes.</summary>
    public NonlinearRegressionShape Shape { get; }

    /// <summary>∂²f/∂θ_i² for each of some coordinates, by a way of its own that costs less than a Hessian product for each.</summary>
    internal void Diagonal(ReadOnlySpan<T> parameters, TokenBundles<T> tokens, IReadOnlyList<int> coordinates, Span<double> diagonal)
    {
        Check(parameters.Length, tokens);
        (_diagonal ??= (INonlinearDiagonal<T>)LaneChoice.Create<T, object>(new Diagonals(Shape, _team), _width))
            .Evaluate(parameters, tokens, coordinates, diagonal);
    }

    private sealed class Diagonals(NonlinearRegressionShape shape, WorkerTeam? team) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => shape.Dimension == 5
                ? new NonlinearDiagonal<TLane, TNumber, Dimension5, Dimension6>(shape, team)
                : new NonlinearDiagonal<TLane, TNumber, AnyDimension, AnyDimension>(shape, team);
    }

    internal sealed class Passes(NonlinearRegressionShape shape) : ITokenPassFactory
    {
        public TokenPass<TLane, TScalar> Create<TLane, TScalar>(int contextLength, int shares)
            where TLane : unmanaged, ILane<TLane, TScalar>
            where TScalar : unmanaged
            => shape.Dimension == 5
                ? new NonlinearWorkspace<TLane, TScalar, Dimension5, Dimension6>(shape, contextLength, shares)
                : new NonlinearWorkspace<TLane, TScalar, AnyDimension, AnyDimension>(shape, contextLength, shares);
    }
}
