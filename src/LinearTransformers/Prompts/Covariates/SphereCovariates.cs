using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>Covariates uniform on the unit sphere: ξ/‖ξ‖ of a normal ξ.</summary>
[Part("sphere", "uniform on the unit sphere")]
public sealed record SphereCovariates : CovariateLaw
{
    /// <inheritdoc/>
    public override double UsualClipThreshold => 0.1;

    /// <inheritdoc/>
    public override bool IsShaped => true;

    /// <inheritdoc/>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors) => Lengths.Normalize(vector, vector.Length);

    /// <inheritdoc/>
    internal override void ShapeAll(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
        => Lengths.Normalize(vectors, dimension);
}
