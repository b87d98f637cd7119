namespace LinearTransformers.Prompts;

/// <summary>How many random networks make the prompts of a batch in the modes <see cref="PromptMode.Relu"/> and <see cref="PromptMode.Mlp"/>.</summary>
public enum NetworkSharing
{
    /// <summary>One, new for every batch, as in the published code: within a batch there is one task only, which no prompt needs its context for.</summary>
    Batch,

    /// <summary>One for each prompt, as in-context learning means it: what a prompt's network is, its examples alone say.</summary>
    Prompt,
}

/// <summary>Where covariates, and the labels that go with them, come from.</summary>
public enum PromptMode
{
    /// <summary>Standard normal covariates, linear labels.</summary>
    Normal,

    /// <summary>Covariates uniform on the unit sphere, linear labels.</summary>
    Sphere,

    /// <summary>
    /// Covariates of uniform direction whose squared length is Gamma(k, √(10/k)) distributed, linear labels. The
    /// smaller the shape k, the heavier the tails; at k = 5/2 and d = 5 they are standard normal.
    /// </summary>
    Gamma,

    /// <summary>Standard normal covariates, labels from a random ReLU network with one hidden layer of d units.</summary>
    Relu,

    /// <summary>Covariates that a random ReLU network with d hidden units makes of standard normal ones, linear labels.</summary>
    Mlp,
}
