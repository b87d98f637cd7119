namespace LinearTransformers.Random;

/// <summary>What draws of the native stream are for. Part of their counters, so that no two uses share a number.</summary>
internal enum DrawDomain : uint
{
    /// <summary>Tensors drawn one after another: parameters, networks.</summary>
    Sequence,

    /// <summary>The numbers of a prompt's tokens, in their order.</summary>
    Tokens,

    /// <summary>The lengths, or whatever factors, of a prompt's covariates.</summary>
    Lengths,

    /// <summary>A prompt's Gram statistics.</summary>
    Statistics,

    /// <summary>The entries of a prompt's covariates, of laws that do not begin with normal ones.</summary>
    Entries,

    /// <summary>The entries of a prompt's task vector, of such laws.</summary>
    TaskEntries,

    /// <summary>The factors of a prompt's task vector, as <see cref="Lengths"/> of its covariates.</summary>
    TaskLengths,

    /// <summary>The standard deviation of the noise on a prompt's labels.</summary>
    NoiseDeviations,

    /// <summary>The noise on a prompt's labels.</summary>
    Noise,

    /// <summary>The eigenvalues of a prompt's own covariance.</summary>
    Eigenvalues,

    /// <summary>Which prompts of a data set make a batch.</summary>
    Choice,
}
