using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Analysis;

/// <summary>
/// Norms as they would be if noise were Gaussian with mean 0 and the second moments M that were measured: ‖x‖² = Σ λ_k z_k², λ the
/// eigenvalues of M, z independent standard normals. Even then norms are skewed and their tail is not a normal one; what
/// goes beyond these is the noise's own.
/// </summary>
public static class GaussianNoiseNorms
{
    /// <summary>E‖x‖² = tr M and var ‖x‖² = 2 tr M², exactly.</summary>
    /// <param name="secondMoments">M, symmetric.</param>
    public static (double Mean, double Variance) OfSquares(double[,] secondMoments)
    {
        ArgumentNullException.ThrowIfNull(secondMoments);
        double trace = 0;
        double squares = 0;
        int n = secondMoments.GetLength(0);
        for (int i = 0; i < n; i++)
        {
            trace += secondMoments[i, i];
            for (int j = 0; j < n; j++)
            {
                squares += secondMoments[i, j] * secondMoments[j, i];
            }
        }

        return (trace, 2 * squares);
    }

    /// <summary>Draws norms.</summary>
    /// <param name="secondMoments">M, symmetric and positive semidefinite but for roundings.</param>
    /// <param name="samples">How many.</param>
    /// <param name="seed">The same seed gives the same norms.</param>
    public static double[] Sample(double[,] secondMoments, int samples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(secondMoments);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        double[] eigenvalues = SymmetricEigenvalues.Of(secondMoments);
        double largest = Math.Max(0, eigenvalues[^1]);

        // What roundings leave of zeros contributes nothing; 16 values at least, so that a stream takes them as a block.
        double[] kept = [.. eigenvalues.Where(value => value > largest * 1e-13)];
        TorchStream stream = new(seed);
        float[] normals = new float[Math.Max(16, kept.Length)];
        double[] norms = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            stream.FillNormal(normals);
            double square = 0;
            for (int k = 0; k < kept.Length; k++)
            {
                square += kept[k] * normals[k] * normals[k];
            }

            norms[i] = Math.Sqrt(square);
        }

        return norms;
    }
}
