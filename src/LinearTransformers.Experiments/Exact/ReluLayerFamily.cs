using LinearTransformers.Activations;
using LinearTransformers.Models;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Exact;

/// <summary>One layer with ReLU on labels without noise: <see cref="Theorem5"/>.</summary>
internal sealed class ReluLayerFamily : ExactFamily
{
    /// <inheritdoc/>
    public override TrainingSettings Where(TrainingSettings settings)
        => settings with { Model = new LinearTransformerModel { Activation = new ReluAttention() } };

    /// <inheritdoc/>
    public override bool Knows(ExactCase of)
        => of is { IsNormal: true, Scale: not null, NoiseVariance: 0 } && of.Activation is ReluAttention && of.Settings.Heads == 1;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of is { IsPublished: true, Settings.Layers: 1 } ? "Theorem 5" : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        OneLayerOptimum relu = Theorem5.Optimum(of.N, of.D);
        yield return new(
            "one-layer-relu", 1, of.Scale!.Value * relu.Loss, [relu.QueryScale], "one ReLU layer (Theorem 5): Q = q Σ⁻¹");
    }
}
