namespace LinearTransformers.Baselines;

/// <summary>What a <see cref="PromptBaseline"/> sees of one prompt, in double precision.</summary>
public readonly ref struct ContextStatistics
{
    /// <summary>G = (1/N) Σ x xᵀ, [d, d], row by row.</summary>
    public required ReadOnlySpan<double> Gram { get; init; }

    /// <summary>g = (1/N) Σ x y, [d].</summary>
    public required ReadOnlySpan<double> Cross { get; init; }

    /// <summary>N.</summary>
    public required int ContextLength { get; init; }

    /// <summary>
    /// (1/N) Σ y²; there with <see cref="Baseline.NeedsSquares"/>, and otherwise NaN where the statistics do not have it.
    /// </summary>
    public required double MeanSquare { get; init; }

    /// <summary>
    /// The standard deviation σ of the noise of the labels; there with <see cref="Baseline.NeedsDeviations"/>, and otherwise NaN where the
    /// statistics do not have it.
    /// </summary>
    public required double Deviation { get; init; }

    /// <summary>What is known of the laws of all prompts, such as Σ.</summary>
    public required PromptKnowledge Known { get; init; }

    /// <summary>d.</summary>
    public int Dimension => Cross.Length;
}
