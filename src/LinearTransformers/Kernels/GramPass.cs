using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>Takes a share of a bundle's Gram statistics through a model and back; one for each thread.</summary>
internal abstract unsafe class GramPass<TLane, TScalar> : PromptPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    /// <param name="parameterCount">The model's parameters.</param>
    /// <param name="layout">The statistics that the model reads.</param>
    /// <param name="roomLength">What the model needs besides.</param>
    /// <param name="shares">Shares of a bundle.</param>
    protected GramPass(int parameterCount, GramLayout layout, long roomLength, int shares)
        : base(parameterCount, layout.Stride, roomLength + 1, shares)
        => Residual = Take(1);

    /// <summary>y_q + wᵀx_q, which is also ȳ of half its square; in memory, since bundles are slow as arguments.</summary>
    public TLane* Residual { get; }

    /// <summary>
    /// Residuals, the query's last entry after all layers plus its label, to <see cref="Residual"/>; what the way back needs is kept.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="statistics">As <see cref="GramLayout"/> has them.</param>
    /// <param name="stride">From one entry to the next: bundles have their shares side by side.</param>
    public abstract void Forward(TScalar* parameters, TLane* statistics, nint stride);

    /// <summary>
    /// Adds the gradient of half the squared residual of each lane to the share's sums; after <see cref="Forward"/> of the same share.
    /// </summary>
    public abstract void Backward(TScalar* parameters);
}

/// <summary>Makes what takes statistics through a model, for a lane type.</summary>
internal interface IGramPassFactory
{
    /// <summary>The model's parameters.</summary>
    int ParameterCount { get; }

    /// <summary>The statistics that it reads.</summary>
    GramLayout Statistics { get; }

    GramPass<TLane, TScalar> Create<TLane, TScalar>(int shares)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged;
}
