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
        : base((shape ?? throw new ArgumentNullException(nameof(shape))).ParameterCount, shape.Dimension, Engine(shape, team), Dual(shape, team)) => Shape = shape;

    /// <summary>The model's sizes.</summary>
    public NonlinearRegressionShape Shape { get; }

    private static object Engine(NonlinearRegressionShape shape, WorkerTeam? team) => typeof(T) == typeof(float)
        ? Engine<SingleLanes, float, SingleLanes, float>(shape, team)
        : Engine<DoubleLanes, double, DoubleLanes, double>(shape, team);

    private static object Dual(NonlinearRegressionShape shape, WorkerTeam? team) => typeof(T) == typeof(float)
        ? Engine<DualLanes<SingleLanes, float>, Dual<float>, SingleLanes, float>(shape, team)
        : Engine<DualLanes<DoubleLanes, double>, Dual<double>, DoubleLanes, double>(shape, team);

    private static TokenEngine<TLane, TScalar, TPlain, TNumber> Engine<TLane, TScalar, TPlain, TNumber>(NonlinearRegressionShape shape, WorkerTeam? team)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>
        => new(shape.ParameterCount, contextLength => new NonlinearWorkspace<TLane, TScalar>(shape, contextLength), team);
}
