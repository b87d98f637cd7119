using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Exact;

/// <summary>One linear layer, covariates on the sphere, labels without noise: <see cref="RotationInvariantOneLayer.Sphere"/>.</summary>
internal sealed class SphereLayerFamily : ExactFamily
{
    /// <inheritdoc/>
    public override TrainingSettings Where(TrainingSettings settings) => settings with { Covariates = new SphereCovariates() };

    /// <inheritdoc/>
    public override bool Knows(ExactCase of)
        => of is { Covariates: SphereCovariates, Scale: not null, NoiseVariance: 0 } && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of is { IsPublished: true, Settings.Layers: 1 } ? "Best linear layer on the sphere" : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        OneLayerOptimum sphere = RotationInvariantOneLayer.Sphere(of.N, of.D);
        yield return new(
            "one-layer-sphere", 1, of.Scale!.Value * sphere.Loss, [sphere.QueryScale],
            "one linear layer, covariates on the sphere: Q = q Σ⁻¹");
    }
}
