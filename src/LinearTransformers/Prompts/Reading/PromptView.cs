namespace LinearTransformers.Prompts.Reading;

/// <summary>
/// Some prompts of a batch as they are read: where the numbers of each lie. Prompt p's context begins p strides behind the first one's, and
/// so do its query, its task vector and its labels. Up to <see cref="ReadingRoom.Padding"/> numbers behind any of them may be read,
/// whatever they are.
/// </summary>
internal readonly unsafe struct PromptView
{
    /// <summary>How many prompts.</summary>
    public required int Count { get; init; }

    /// <summary>N.</summary>
    public required int ContextLength { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>[N, d] for each prompt.</summary>
    public required float* Context { get; init; }

    public required int ContextStride { get; init; }

    /// <summary>[d] for each prompt.</summary>
    public required float* Queries { get; init; }

    public required int QueryStride { get; init; }

    /// <summary>[d] for each prompt.</summary>
    public required float* Tasks { get; init; }

    public required int TaskStride { get; init; }

    /// <summary>[N + 1] for each prompt, one prompt's behind the other's, the query's last; null where labels are wᵀx.</summary>
    public float* Labels { get; init; }

    /// <summary>
    /// [N] for each prompt, one prompt's behind the other's: what is added to the context's labels where these are wᵀx; null for nothing.
    /// </summary>
    public float* Noise { get; init; }

    /// <summary>The standard deviation σ of the noise of each prompt's labels, noise that is in them or beside them; null for 0.</summary>
    public float* Deviations { get; init; }

    /// <summary>From one prompt's labels to the next one's.</summary>
    public int LabelStride => ContextLength + 1;

    /// <summary>A token of a prompt; number N is the query.</summary>
    public ReadOnlySpan<float> Covariate(int prompt, int token) => token < ContextLength
        ? new(Context + ((long)prompt * ContextStride) + (token * Dimension), Dimension)
        : new(Queries + ((long)prompt * QueryStride), Dimension);

    /// <summary>The task vector of a prompt.</summary>
    public ReadOnlySpan<float> Task(int prompt) => new(Tasks + ((long)prompt * TaskStride), Dimension);
}
