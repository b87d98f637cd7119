using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Exact;

/// <summary>One linear layer, gamma covariates, labels without noise: <see cref="RotationInvariantOneLayer.Gamma"/>.</summary>
internal sealed class GammaLayerFamily : ExactFamily
{
    /// <summary>Beyond these bounds of the shape powers leave the range of a double.</summary>
    private const double Moderate = 1e6;

    /// <inheritdoc/>
    public override TrainingSettings Where(TrainingSettings settings)
        => settings with { Covariates = settings.Covariates as GammaCovariates ?? new GammaCovariates() };

    /// <inheritdoc/>
    public override bool Knows(ExactCase of)
        => of is { Covariates: GammaCovariates { ShapeK: >= 1 / Moderate and <= Moderate }, Scale: not null, NoiseVariance: 0 }
            && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of is { IsPublished: true, Settings.Layers: 1 } ? "Best linear layer on gamma covariates" : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        double shape = ((GammaCovariates)of.Covariates).ShapeK;
        OneLayerOptimum gamma = RotationInvariantOneLayer.Gamma(of.N, of.D, shape);
        yield return new(
            "one-layer-gamma", 1, of.Scale!.Value * gamma.Loss, [gamma.QueryScale],
            FormattableString.Invariant($"one linear layer, gamma covariates of shape {shape}: Q = q Σ⁻¹"));
    }
}
