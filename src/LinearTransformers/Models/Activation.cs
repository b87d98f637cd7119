namespace LinearTransformers.Models;

/// <summary>What an attention layer makes of its scores s_nm = x_nᵀ Q̂ x_m before it weighs tokens with them.</summary>
public enum Activation
{
    /// <summary>Nothing: linear attention.</summary>
    None,

    /// <summary>
    /// A softmax over all tokens of the prompt, the query among them, of whose weights those of the context are used: the mask is applied
    /// after the activation, as the published code does, so the weights that are used do not add up to one.
    /// </summary>
    Softmax,

    /// <summary>A softmax over the context only: the mask is applied before the activation, as is usual.</summary>
    SoftmaxMasked,

    /// <summary>max(s, 0).</summary>
    Relu,
}
