using LinearTransformers.Settings;

namespace LinearTransformers.Activations;

/// <summary>
/// A softmax over all N + 1 tokens, of whose weights those of the context are used and divided by N,
/// a_nm = (1/N) exp s_nm / Σ_{k ≤ N+1} exp s_nk: the mask comes after the softmax, as in the published code. A token's weights add up
/// to less than 1/N.
/// </summary>
[Part("softmax", "a softmax over context and query, of which the context's part is divided by N, as published")]
public sealed record SoftmaxAttention : Activation
{
    /// <inheritdoc/>
    internal override TResult Use<TLane, TScalar, TResult>(IActivationUser<TLane, TScalar, TResult> user)
        => user.Use<SoftmaxScores<TLane, TScalar, Variant>>();

    private readonly struct Variant : ISoftmaxVariant
    {
        public static bool SeesQuery => true;

        public static bool DividesByContext => true;
    }
}
