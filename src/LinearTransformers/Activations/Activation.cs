using LinearTransformers.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Activations;

/// <summary>
/// What an attention layer makes of its scores s_nm = x_nᵀ Q̂ x_m before it weighs tokens with them. With the weights a_nm, a head adds
/// (P̂ Σ_m a_nm x_m, Σ_m a_nm y_m) to the token z_n = (x_n, y_n), m going over the N tokens of the context and n over these and the
/// query. Scores are not divided by √d, whatever the activation: where that matters, it is a matter of Q̂'s scale.
/// </summary>
public abstract record Activation : Part
{
    /// <summary>The activations by name.</summary>
    public static Catalog<Activation> Catalog { get; } = new Catalog<Activation>("activation")
        .Add<LinearAttention>()
        .Add<SoftmaxAttention>()
        .Add<MaskedSoftmaxAttention>()
        .Add<ReluAttention>()
        .Add<StandardSoftmaxAttention>();

    /// <summary>Whether scores stay as they are: a layer then needs no more of a prompt than its Gram matrix.</summary>
    public virtual bool IsLinear => false;

    /// <summary>Has a kernel compiled for this activation.</summary>
    internal abstract TResult Use<TLane, TScalar, TResult>(IActivationUser<TLane, TScalar, TResult> user)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged;
}

/// <summary>What is compiled for an activation.</summary>
internal interface IActivationUser<TLane, TScalar, TResult>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Makes it.</summary>
    TResult Use<TActivation>()
        where TActivation : struct, IScoreActivation<TLane, TScalar>;
}
