using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>Takes a share of a bundle of prompts, token by token, through a model and back; one for each thread.</summary>
/// <param name="parameterCount">The model's parameters.</param>
/// <param name="promptLength">Entries of a prompt.</param>
/// <param name="roomLength">What the model needs besides.</param>
/// <param name="shares">Shares of a bundle.</param>
internal abstract unsafe class TokenPass<TLane, TScalar>(int parameterCount, int promptLength, long roomLength, int shares)
    : PromptPass<TLane, TScalar>(parameterCount, promptLength, roomLength, shares)
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Residuals, the query's last entry after all layers plus its label; what the way back needs is kept.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="prompts">As <see cref="Prompts.TokenBundles{T}"/> lays them out.</param>
    /// <param name="overN">1/N.</param>
    public abstract TLane Forward(TScalar* parameters, TLane* prompts, TLane overN);

    /// <summary>
    /// Adds the gradient of half the squared residual of each lane to the share's sums; after <see cref="Forward"/> of the same share.
    /// </summary>
    public abstract void Backward(TScalar* parameters, TLane residual, TLane overN);
}
