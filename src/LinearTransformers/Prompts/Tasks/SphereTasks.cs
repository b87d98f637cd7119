using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors) => ShapeAll(vector, factors, vector.Length);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override unsafe void ShapeAll(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
    {
        float radius = MathF.Sqrt(dimension);
        fixed (float* entries = vectors)
        {
            float* vector = entries;
            for (int left = vectors.Length; left >= dimension; left -= dimension, vector += dimension)
            {
                float squares = 0;
                for (int i = 0; i < dimension; i++)
                {
                    squares = MathF.FusedMultiplyAdd(vector[i], vector[i], squares);
                }

                float length = MathF.Sqrt(squares);
                int four = 0;
                for (; four + Vector128<float>.Count <= dimension; four += Vector128<float>.Count)
                {
                    Vector128<float> scaled = Vector128.Load(vector + four) / Vector128.Create(length) * Vector128.Create(radius);
                    Vector128.Store(scaled, vector + four);
                }

                for (; four < dimension; four++)
                {
                    vector[four] = vector[four] / length * radius;
                }
            }
        }
    }
}
