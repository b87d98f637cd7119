using System.Numerics;

namespace LinearTransformers.Optimizers;

/// <summary>Which gradients share a norm when they are clipped.</summary>
public enum ClipScope
{
    /// <summary>The whole gradient.</summary>
    All,

    /// <summary>Each parameter matrix by itself.</summary>
    Matrix,
}

/// <summary>Shortens gradients that are too long: g ← g·min(1, threshold/‖g‖), with Euclidean norms.</summary>
/// <param name="Threshold">The longest that stays.</param>
/// <param name="Scope">What ‖g‖ is taken over.</param>
public sealed record GradientClipping(double Threshold, ClipScope Scope)
{
    /// <summary>Clips a gradient in place.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="matrixSize">Entries of a matrix, for <see cref="ClipScope.Matrix"/>.</param>
    public void Apply<T>(Span<T> gradient, int matrixSize)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = Scope is ClipScope.All ? gradient.Length : matrixSize;
        for (int i = 0; i < gradient.Length; i += length)
        {
            Span<T> part = gradient.Slice(i, length);
            double norm = Norm<T>(part);
            if (norm > Threshold)
            {
                // As the published code divides: tensors for the whole gradient, Python's doubles for a matrix.
                T factor = Scope is ClipScope.All
                    ? T.CreateTruncating(Threshold) / T.CreateTruncating(norm)
                    : T.CreateTruncating(Threshold / norm);
                foreach (ref T entry in part)
                {
                    entry *= factor;
                }
            }
        }
    }

    /// <summary>The Euclidean norm, summed in order in double precision and rounded to T.</summary>
    public static double Norm<T>(ReadOnlySpan<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T entry in gradient)
        {
            double x = double.CreateTruncating(entry);
            sum += x * x;
        }

        return double.CreateTruncating(T.CreateTruncating(Math.Sqrt(sum)));
    }
}
