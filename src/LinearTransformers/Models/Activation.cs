namespace LinearTransformers.Models;

/// <summary>
/// What an attention layer makes of its scores s_nm = x_nᵀ Q̂ x_m before it weighs tokens with them. With the weights a_nm, a head adds
/// (P̂ Σ_m a_nm x_m, Σ_m a_nm y_m) to the token z_n = (x_n, y_n), m going over the N tokens of the context and n over these and the
/// query. Scores are not divided by √d, whatever the activation: where that matters, it is a matter of Q̂'s scale.
/// </summary>
public enum Activation
{
    /// <summary>Nothing, a_nm = s_nm / N: linear attention.</summary>
    None,

    /// <summary>
    /// A softmax over all N + 1 tokens, of whose weights those of the context are used and divided by N,
    /// a_nm = (1/N) exp s_nm / Σ_{k ≤ N+1} exp s_nk: the mask comes after the softmax, as in the published code. A token's weights add up
    /// to less than 1/N.
    /// </summary>
    Softmax,

    /// <summary>
    /// A softmax over the context, divided by N, a_nm = (1/N) exp s_nm / Σ_{k ≤ N} exp s_nk: the mask comes before the softmax. A token's
    /// weights add up to 1/N.
    /// </summary>
    SoftmaxMasked,

    /// <summary>The positive part, a_nm = max(s_nm, 0) / N.</summary>
    Relu,

    /// <summary>
    /// A softmax over the context, a_nm = exp s_nm / Σ_{k ≤ N} exp s_nk: the mask comes before the softmax and nothing is divided by N. A
    /// token's weights add up to one, as is usual: Z ← Z + softmax(Z Q Zᵀ) Z Pᵀ, the softmax over the context's keys.
    /// </summary>
    SoftmaxStandard,
}
