namespace LinearTransformers.Prompts.Networks;

/// <summary>How many random networks make the prompts of a batch.</summary>
public enum NetworkSharing
{
    /// <summary>
    /// One, new for every batch, as in the published code: within a batch there is one task only, which no prompt needs its context for.
    /// </summary>
    Batch,

    /// <summary>One for each prompt, as in-context learning means it: what a prompt's network is, its examples alone say.</summary>
    Prompt,
}

/// <summary>Random networks of prompts, in their order.</summary>
internal static class SharedNetworks
{
    /// <summary>What the setting means, for the help.</summary>
    public const string Help =
        "of covariates or labels that a random network makes: one for each batch, as published, or one for each prompt";

    /// <summary>The network of a batch's next prompt: the one that there is, or a new one.</summary>
    public static FeatureNetwork Next(this NetworkSharing sharing, FeatureNetwork? current, Func<FeatureNetwork> draw)
        => current is null || sharing is NetworkSharing.Prompt ? draw() : current;
}
