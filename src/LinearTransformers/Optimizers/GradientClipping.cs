using System.Numerics;
using LinearTransformers.Numerics;

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
/// <remarks>
/// <c>torch.nn.utils.clip_grad_norm_</c> differs in two ways. It divides by ‖g‖ + 10⁻⁶; the published code does not, and neither do we.
/// And it says nothing where ‖g‖ overflows, but multiplies by threshold/∞ = 0: a gradient of finite entries becomes zeros, one with an
/// infinite entry NaN (unless it is told to raise an error). Here every gradient of finite entries is clipped to the threshold, and one
/// that has others is left as it is: a run ends there as diverged.
/// </remarks>
/// <param name="Threshold">The longest that stays.</param>
/// <param name="Scope">What ‖g‖ is taken over.</param>
public sealed record GradientClipping(double Threshold, ClipScope Scope)
{
    /// <summary>Clips a gradient in place; one with entries that are not finite stays.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="matrixSize">Entries of a matrix, for <see cref="ClipScope.Matrix"/>.</param>
    public void Apply<T>(Span<T> gradient, int matrixSize)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = Scope is ClipScope.All ? gradient.Length : matrixSize;
        for (int i = 0; i < gradient.Length; i += length)
        {
            Span<T> part = gradient.Slice(i, length);
            double norm = Rounded<T>(FixedOrder.Norm<T>(part));
            if (double.IsInfinity(norm))
            {
                ApplyScaled(part);
            }
            else if (norm > Threshold)
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

    /// <summary>
    /// The Euclidean norm, summed in order in double precision and rounded to T. Where T has no such number, the norm in double precision;
    /// infinite or NaN where an entry is not finite, or where double precision has no such number either.
    /// </summary>
    public static double Norm<T>(ReadOnlySpan<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double norm = FixedOrder.Norm(gradient);
        double rounded = Rounded<T>(norm);
        return double.IsFinite(rounded) ? rounded : norm;
    }

    /// <summary>Clips a gradient whose norm is too large for its number type: the entries are divided by the largest first.</summary>
    private void ApplyScaled<T>(Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = FixedOrder.LargestMagnitude<T>(gradient);
        if (!T.IsFinite(largest))
        {
            return;
        }

        foreach (ref T entry in gradient)
        {
            entry /= largest;
        }

        T factor = T.CreateTruncating(Threshold / FixedOrder.Norm<T>(gradient));
        foreach (ref T entry in gradient)
        {
            entry *= factor;
        }
    }

    private static double Rounded<T>(double norm)
        where T : unmanaged, IFloatingPointIeee754<T>
        => double.CreateTruncating(T.CreateTruncating(norm));
}
