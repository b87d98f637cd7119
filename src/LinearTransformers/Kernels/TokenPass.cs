using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>Takes a bundle of prompts, token by token, through a model and back; one for each thread.</summary>
internal abstract unsafe class TokenPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Sums over the bundles of a block, lane by lane, in the layout of the parameters.</summary>
    public abstract TLane* Gradient { get; }

    /// <summary>Room for a bundle's tokens where they have to be widened to the kernel's numbers.</summary>
    public abstract TLane* Lifted { get; }

    /// <summary>Residuals, the query's last entry after all layers plus its label; what the way back needs is kept.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="prompts">As <see cref="Prompts.TokenBundles{T}"/> lays them out.</param>
    /// <param name="overN">1/N.</param>
    public abstract TLane Forward(TScalar* parameters, TLane* prompts, TLane overN);

    /// <summary>Adds the gradient of half the squared residual of each lane to the sums; after <see cref="Forward"/> of the same bundle.</summary>
    public abstract void Backward(TScalar* parameters, TLane residual, TLane overN);
}
