using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Labels;

/// <summary>Linear labels, y = wᵀx.</summary>
[Part("linear", "wᵀx")]
public sealed record LinearLabels : LabelRule
{
    /// <inheritdoc/>
    public override bool IsLinear => true;

    /// <inheritdoc/>
    public override float Label(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        float sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum = MathF.FusedMultiplyAdd(w[i], x[i], sum);
        }

        return sum;
    }
}
