namespace LinearTransformers.Random;

/// <summary>What draws of the native stream are for. Part of their counters, so that no two uses share a number.</summary>
internal enum DrawDomain : uint
{
    /// <summary>Tensors drawn one after another: parameters, networks.</summary>
    Sequence,

    /// <summary>The numbers of a prompt's tokens, in their order.</summary>
    Tokens,

    /// <summary>The lengths of a prompt's covariates.</summary>
    Lengths,

    /// <summary>A prompt's Gram statistics.</summary>
    Statistics,
}
