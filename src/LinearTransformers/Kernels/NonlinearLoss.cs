using System.Numerics;
using LinearTransformers.Models;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>The loss of the nonlinear-regression model.</summary>
/// <inheritdoc/>
public sealed class NonlinearLoss<T> : TokenLoss<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>A loss for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public NonlinearLoss(NonlinearRegressionShape shape, WorkerTeam? team = null)
        : this(shape, team, null)
    {
    }

    internal NonlinearLoss(NonlinearRegressionShape shape, WorkerTeam? team, LaneWidth? width)
        : base((shape ?? throw new ArgumentNullException(nameof(shape))).ParameterCount, shape.Dimension, new Passes(shape), team, width) => Shape = shape;

    /// <summary>The model's sizes.</summary>
    public NonlinearRegressionShape Shape { get; }

    private sealed class Passes(NonlinearRegressionShape shape) : ITokenPassFactory
    {
        public TokenPass<TLane, TScalar> Create<TLane, TScalar>(int contextLength, int shares)
            where TLane : unmanaged, ILane<TLane, TScalar>
            where TScalar : unmanaged
            => shape.Dimension == 5
                ? new NonlinearWorkspace<TLane, TScalar, Dimension5, Dimension6>(shape, contextLength, shares)
                : new NonlinearWorkspace<TLane, TScalar, AnyDimension, AnyDimension>(shape, contextLength, shares);
    }
}
