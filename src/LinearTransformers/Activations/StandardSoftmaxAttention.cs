using LinearTransformers.Settings;

namespace LinearTransformers.Activations;

/// <summary>
/// A softmax over the context, a_nm = exp s_nm / Σ_{k ≤ N} exp s_nk: the mask comes before the softmax and nothing is divided by N. A
/// token's weights add up to one, as is usual: Z ← Z + softmax(Z Q Zᵀ) Z Pᵀ, the softmax over the context's keys.
/// </summary>
[Part("softmax-standard", "a softmax over the context, not divided by N: weights add up to one")]
public sealed record StandardSoftmaxAttention : Activation
{
    /// <inheritdoc/>
    internal override TResult Use<TLane, TScalar, TResult>(IActivationUser<TLane, TScalar, TResult> user)
        => user.Use<SoftmaxScores<TLane, TScalar, Variant>>();

    private readonly struct Variant : ISoftmaxVariant
    {
        public static bool SeesQuery => false;

        public static bool DividesByContext => false;
    }
}
