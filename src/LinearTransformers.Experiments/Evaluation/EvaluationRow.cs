namespace LinearTransformers.Experiments.Evaluation;

/// <summary>A loss on some prompts: of a model, of an algorithm beside it, or the least that theory gives.</summary>
public sealed record EvaluationRow
{
    /// <summary>The folder of the run.</summary>
    public required string Run { get; init; }

    /// <summary>The iteration whose parameters were evaluated, or that others are compared with.</summary>
    public required int Iteration { get; init; }

    /// <summary>
    /// <c>model</c>; the name of an algorithm, as <see cref="LinearTransformers.Baselines.Baseline.Catalog"/> has it; <c>floor</c> for an
    /// exact value; or <c>interpolated</c> for parameters between those of the model and those of GD++.
    /// </summary>
    public required string Method { get; init; }

    /// <summary>Layers that were passed, or steps; null where there are none.</summary>
    public int? Layer { get; init; }

    /// <summary>Of an exact value, what it is the least of: the word that lintf theory has.</summary>
    public string? Family { get; init; }

    /// <summary>Of interpolated parameters (1 − t) θ + t θ', the weight t of GD++.</summary>
    public double? Weight { get; init; }

    /// <summary>N of the prompts.</summary>
    public required int N { get; init; }

    /// <summary>d.</summary>
    public required int D { get; init; }

    /// <summary>The root of the mean of σ².</summary>
    public required double Noise { get; init; }

    /// <summary>The law of the noise.</summary>
    public required string NoiseLaw { get; init; }

    /// <summary>The law of covariates.</summary>
    public required string Covariates { get; init; }

    /// <summary>The covariance of covariates.</summary>
    public required string Covariance { get; init; }

    /// <summary>The law of task vectors.</summary>
    public required string Tasks { get; init; }

    /// <summary>The covariance of task vectors.</summary>
    public required string TaskCovariance { get; init; }

    /// <summary>c of covariates c x.</summary>
    public required double XScale { get; init; }

    /// <summary>Prompts that the loss is a mean over; null of exact values.</summary>
    public int? Prompts { get; init; }

    /// <summary>The loss.</summary>
    public required double Loss { get; init; }

    /// <summary>Its standard error over prompts; null of exact values.</summary>
    public double? StandardError { get; init; }

    /// <summary>The expected loss of this very predictor, where theory has it.</summary>
    public double? Exact { get; init; }

    /// <summary>The loss less that of the run's model, its last iteration and layer, on the same prompts.</summary>
    public double? Difference { get; init; }

    /// <summary>Its standard error, which is far smaller than those of the two losses where they go together.</summary>
    public double? DifferenceError { get; init; }

    /// <summary>
    /// What a sample of <see cref="SampleMeans.Prompts"/> prompts shows of the difference: the median over as many samples as there are.
    /// Where rare prompts decide the mean, most samples hold none of them. Null with fewer than two samples. Not part of tables.
    /// </summary>
    internal double? SampleDifference { get; init; }

    /// <summary>Its standard error.</summary>
    internal double? SampleDifferenceError { get; init; }

    /// <summary>The mean of |ŷ − ŷ'| for the model's ŷ and the algorithm's ŷ'.</summary>
    public double? PredictionDifference { get; init; }

    /// <summary>Its standard error.</summary>
    public double? PredictionDifferenceError { get; init; }

    /// <summary>The mean length of the difference of the sensitivities ∂ŷ/∂x_q.</summary>
    public double? SensitivityDifference { get; init; }

    /// <summary>Its standard error.</summary>
    public double? SensitivityDifferenceError { get; init; }

    /// <summary>The mean cosine between the sensitivities.</summary>
    public double? Cosine { get; init; }

    /// <summary>Its standard error.</summary>
    public double? CosineError { get; init; }
}
