using System.Numerics;

namespace LinearTransformers.Analysis;

/// <summary>How far a matrix is from a multiple of the identity.</summary>
public static class DistanceToIdentity
{
    /// <summary>
    /// ‖M − (tr M/d) I‖_F / ‖M‖_F, which no scaling of M changes: 0 for a multiple of the identity, 1 for a matrix of
    /// trace 0 (paper [1], figure 4). NaN for the zero matrix.
    /// </summary>
    /// <param name="matrix">M, d × d, row-major.</param>
    public static double Of<T>(ReadOnlySpan<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int d = (int)Math.Round(Math.Sqrt(matrix.Length));
        if (d * d != matrix.Length || d == 0)
        {
            throw new ArgumentException($"{matrix.Length} entries are not those of a square matrix", nameof(matrix));
        }

        double trace = 0;
        for (int i = 0; i < d; i++)
        {
            trace += double.CreateTruncating(matrix[i * (d + 1)]);
        }

        double difference = 0;
        double whole = 0;
        for (int i = 0; i < matrix.Length; i++)
        {
            double entry = double.CreateTruncating(matrix[i]);
            double offset = i % (d + 1) == 0 ? entry - (trace / d) : entry;
            difference += offset * offset;
            whole += entry * entry;
        }

        return Math.Sqrt(difference) / Math.Sqrt(whole);
    }
}
