using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Tasks;

/// <summary>Standard normal task vectors, ω ~ N(0, I).</summary>
[Part("normal", "standard normal")]
public sealed record NormalTasks : TaskLaw
{
    /// <inheritdoc/>
    public override bool IsStandardNormal => true;

    /// <inheritdoc/>
    public override double[] SecondMoment(int dimension) => Isotropic(dimension, 1);
}
