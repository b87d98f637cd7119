using System.Numerics;
using LinearTransformers.Models;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>
/// The loss of a transformer with the parameters of the linear one and an activation on its scores. With
/// <see cref="Activation.None"/> it is the loss of the linear transformer, token by token: <see cref="InContextLoss{T}"/> gives the same far
/// faster, but for roundings.
/// </summary>
/// <remarks>The factor 1/N of linear attention stays with every activation, as in the published code.</remarks>
/// <inheritdoc/>
public sealed class AttentionLoss<T> : TokenLoss<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>A loss for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="activation">What is made of scores.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public AttentionLoss(LinearTransformerShape shape, Activation activation, WorkerTeam? team = null)
        : this(shape, activation, team, shape?.Dimension == 5)
    {
    }

    internal AttentionLoss(LinearTransformerShape shape, Activation activation, WorkerTeam? team, bool knownDimension)
        : base(
            (shape ?? throw new ArgumentNullException(nameof(shape))).ParameterCount,
            shape.Dimension,
            Engine(shape, activation, team, knownDimension),
            Dual(shape, activation, team, knownDimension))
    {
        Shape = shape;
        Activation = activation;
    }

    /// <summary>The model's sizes.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>What is made of scores.</summary>
    public Activation Activation { get; }

    private static object Engine(LinearTransformerShape shape, Activation activation, WorkerTeam? team, bool knownDimension) => typeof(T) == typeof(float)
        ? Engine<SingleLanes, float, SingleLanes, float>(shape, activation, team, knownDimension)
        : Engine<DoubleLanes, double, DoubleLanes, double>(shape, activation, team, knownDimension);

    private static object Dual(LinearTransformerShape shape, Activation activation, WorkerTeam? team, bool knownDimension) => typeof(T) == typeof(float)
        ? Engine<DualLanes<SingleLanes, float>, Dual<float>, SingleLanes, float>(shape, activation, team, knownDimension)
        : Engine<DualLanes<DoubleLanes, double>, Dual<double>, DoubleLanes, double>(shape, activation, team, knownDimension);

    private static TokenEngine<TLane, TScalar, TPlain, TNumber> Engine<TLane, TScalar, TPlain, TNumber>(
        LinearTransformerShape shape, Activation activation, WorkerTeam? team, bool knownDimension)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>
    {
        Func<int, TokenPass<TLane, TScalar>> create = knownDimension ? Pass<Dimension5> : Pass<AnyDimension>;
        return new(shape.ParameterCount, create, team);

        TokenPass<TLane, TScalar> Pass<TDim>(int contextLength)
            where TDim : struct, IDimension => activation switch
            {
                Activation.None => new AttentionPass<TLane, TScalar, TDim, LinearScores<TLane, TScalar>>(shape, contextLength),
                Activation.Softmax => new AttentionPass<TLane, TScalar, TDim, SoftmaxScores<TLane, TScalar, MaskAfter>>(shape, contextLength),
                Activation.SoftmaxMasked => new AttentionPass<TLane, TScalar, TDim, SoftmaxScores<TLane, TScalar, MaskBefore>>(shape, contextLength),
                Activation.Relu => new AttentionPass<TLane, TScalar, TDim, ReluScores<TLane, TScalar>>(shape, contextLength),
                _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "there is no such activation"),
            };
    }
}
