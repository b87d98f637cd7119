using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>The mean eigenvalue measure of S over a fixed sample of prompts, without drawing the prompts.</summary>
/// <remarks>
/// The eigenvalues of XᵀX are those of B Bᵀ, B lower bidiagonal with independent χ_N, χ_(N−1), …, χ_(N−d+1) on its
/// diagonal and χ_(d−1), …, χ_1 below it, for N ≥ d; the non-zero ones for N &lt; d follow with N and d exchanged.
/// Source: Dumitriu and Edelman, <i>Matrix models for beta ensembles</i>, 2002, with β = 1.
/// </remarks>
internal static class WishartSpectrumSample
{
    // Bins share the exponent and 12 bits of the mantissa; exponents out of −60 … 39 share the outermost bins.
    private const int BinBits = 12;
    private const int FirstBin = (1023 - 60) << BinBits;
    private const int Bins = 100 << BinBits;

    private const int PromptsBetweenLooks = 256;

    /// <summary>Bin means and weights, ascending; the weights add up to min(N, d).</summary>
    public static (double[] Nodes, double[] Weights) Draw(int contextLength, int dimension, int prompts, ulong seed, CancellationToken stop)
    {
        (int large, int count) = (Math.Max(contextLength, dimension), Math.Min(contextLength, dimension));
        SampleNumbers stream = new(seed);
        (int[] counts, double[] sums) = (new int[Bins], new double[Bins]);
        (double[] diagonal, double[] offDiagonal) = (new double[count], new double[count - 1]);
        for (int prompt = 0; prompt < prompts; prompt++)
        {
            if (prompt % PromptsBetweenLooks == 0)
                stop.ThrowIfCancellationRequested();
            double below = 0;
            for (int i = 0; i < count; i++)
            {
                double b = stream.ChiSquared(large - i);
                diagonal[i] = b + below;
                if (i == count - 1)
                    break;
                below = stream.ChiSquared(count - 1 - i);
                offDiagonal[i] = Math.Sqrt(b * below);
            }

            foreach (double eigenvalue in SymmetricTridiagonal.Eigenvalues(diagonal, offDiagonal))
            {
                double value = Math.Max(eigenvalue, 0) / contextLength;
                int bin = Math.Clamp((int)(BitConverter.DoubleToInt64Bits(value) >> (52 - BinBits)) - FirstBin, 0, Bins - 1);
                counts[bin]++;
                sums[bin] += value;
            }
        }

        (List<double> nodes, List<double> weights) = (new List<double>(), new List<double>());
        for (int bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] == 0)
                continue;
            nodes.Add(sums[bin] / counts[bin]);
            weights.Add((double)counts[bin] / prompts);
        }

        return ([.. nodes], [.. weights]);
    }
}
