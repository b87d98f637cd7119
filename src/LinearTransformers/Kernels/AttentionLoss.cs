using System.Numerics;
using LinearTransformers.Activations;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The loss of a transformer with the parameters of the linear one and an activation on its scores. With
/// <see cref="LinearAttention"/> it is the loss of the linear transformer, token by token: <see cref="GramLoss{T}"/> gives the same far
/// faster, but for roundings.
/// </summary>
/// <remarks>
/// As in the published code, the factor 1/N of linear attention stays with every activation; <see cref="StandardSoftmaxAttention"/> alone,
/// which the published code does not have, goes without it.
/// </remarks>
/// <inheritdoc/>
public sealed class AttentionLoss<T> : TokenLoss<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>A loss for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="activation">What is made of scores.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public AttentionLoss(LinearTransformerShape shape, Activation activation, WorkerTeam? team = null)
        : this(shape, activation, team, shape?.Dimension == 5, null)
    {
    }

    internal AttentionLoss(
        LinearTransformerShape shape, Activation activation, WorkerTeam? team, bool knownDimension, LaneWidth? width = null)
        : base(
            (shape ?? throw new ArgumentNullException(nameof(shape))).ParameterCount,
            shape.Dimension,
            new Passes(shape, activation, knownDimension),
            team,
            width)
    {
        Shape = shape;
        Activation = activation;
    }

    /// <summary>The model's sizes.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>What is made of scores.</summary>
    public Activation Activation { get; }

    internal sealed class Passes(LinearTransformerShape shape, Activation activation, bool knownDimension) : ITokenPassFactory
    {
        public TokenPass<TLane, TScalar> Create<TLane, TScalar>(int contextLength, int shares)
            where TLane : unmanaged, ILane<TLane, TScalar>
            where TScalar : unmanaged
            => knownDimension ? Create<TLane, TScalar, Dimension5, Dimension6>(contextLength, shares)
                : Create<TLane, TScalar, AnyDimension, AnyDimension>(contextLength, shares);

        private TokenPass<TLane, TScalar> Create<TLane, TScalar, TDim, TSize>(int contextLength, int shares)
            where TLane : unmanaged, ILane<TLane, TScalar>
            where TScalar : unmanaged
            where TDim : struct, IDimension
            where TSize : struct, IDimension
            => activation.Use(new Pass<TLane, TScalar, TDim, TSize>(shape, contextLength, shares));
    }

    private sealed class Pass<TLane, TScalar, TDim, TSize>(LinearTransformerShape shape, int contextLength, int shares)
        : IActivationUser<TLane, TScalar, TokenPass<TLane, TScalar>>
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TDim : struct, IDimension
        where TSize : struct, IDimension
    {
        public TokenPass<TLane, TScalar> Use<TActivation>()
            where TActivation : struct, IScoreActivation<TLane, TScalar>
            => new AttentionPass<TLane, TScalar, TDim, TSize, TActivation>(shape, contextLength, shares);
    }
}
