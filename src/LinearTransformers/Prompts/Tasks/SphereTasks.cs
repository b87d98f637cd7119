using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Tasks;

/// <summary>Task vectors uniform on the sphere of radius √d: entries have variance 1.</summary>
[Part("sphere", "uniform on the sphere of radius √d")]
public sealed record SphereTasks : TaskLaw
{
    /// <inheritdoc/>
    public override bool IsShaped => true;

    /// <inheritdoc/>
    public override double[] SecondMoment(int dimension) => Isotropic(dimension, 1);

    /// <inheritdoc/>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
        float squares = 0;
        foreach (float entry in vector)
        {
            squares = MathF.FusedMultiplyAdd(entry, entry, squares);
        }

        float length = MathF.Sqrt(squares);
        float radius = MathF.Sqrt(vector.Length);
        foreach (ref float entry in vector)
        {
            entry = entry / length * radius;
        }
    }
}
