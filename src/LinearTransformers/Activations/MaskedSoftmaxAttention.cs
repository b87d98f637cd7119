using LinearTransformers.Settings;

namespace LinearTransformers.Activations;

/// <summary>
/// A softmax over the context, divided by N, a_nm = (1/N) exp s_nm / Σ_{k ≤ N} exp s_nk: the mask comes before the softmax. A token's
/// weights add up to 1/N.
/// </summary>
[Part("softmax-masked", "a softmax over the context, divided by N")]
public sealed record MaskedSoftmaxAttention : Activation
{
    /// <inheritdoc/>
    internal override TResult Use<TLane, TScalar, TResult>(IActivationUser<TLane, TScalar, TResult> user)
        => user.Use<SoftmaxScores<TLane, TScalar, Variant>>();

    private readonly struct Variant : ISoftmaxVariant
    {
        public static bool SeesQuery => false;

        public static bool DividesByContext => true;
    }
}
