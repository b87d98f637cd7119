namespace LinearTransformers.Prompts.Networks;

/// <summary>How many random networks make the prompts of a batch.</summary>
public enum NetworkSharing
{
    /// <summary>One, new for every batch, as in the published code: within a batch there is one task only, which no prompt needs its
    /// context for.</summary>
    Batch,

    /// <summary>One for each prompt, as in-context learning means it: what a prompt's network is, its examples alone say.</summary>
    Prompt,
}
