using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>Takes a share of a bundle of prompts, token by token, through a model and back; one for each thread.</summary>
internal abstract unsafe class TokenPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    private readonly AlignedBuffer<TLane> _memory;

    /// <param name="parameterCount">The model's parameters.</param>
    /// <param name="promptLength">Entries of a prompt.</param>
    /// <param name="roomLength">What the model needs besides.</param>
    /// <param name="shares">Shares of a bundle.</param>
    protected TokenPass(int parameterCount, int promptLength, long roomLength, int shares)
    {
        _memory = new((shares * (parameterCount + 1L)) + promptLength + roomLength);
        Gradients = _memory.Pointer;
        Squares = Gradients + ((long)shares * parameterCount);
        Lifted = Squares + shares;
        Room = Lifted + promptLength;
    }

    /// <summary>Sums over the bundles of a block, lane by lane, in the layout of the parameters, one set for each share.</summary>
    public TLane* Gradients { get; }

    /// <summary>Those of the share at work.</summary>
    public TLane* Gradient { get; set; }

    /// <summary>Sums of squared residuals, one for each share.</summary>
    public TLane* Squares { get; }

    /// <summary>Room for a share's tokens where they have to be copied as the kernel's numbers.</summary>
    public TLane* Lifted { get; }

    /// <summary>The model's own.</summary>
    protected TLane* Room { get; }

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
