using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>The mean eigenvalue measure of S over a fixed sample of prompts, without drawing the prompts.</summary>
/// <remarks>
/// The eigenvalues of XᵀX are those of B Bᵀ, B lower bidiagonal with independent χ_N, χ_(N−1), …, χ_(N−d+1) on its
/// diagonal and χ_(d−1), …, χ_1 below it, for N ≥ d; the non-zero ones for N &lt; d follow with N and d exchanged.
/// Source: Dumitriu and Edelman, <i>Matrix models for beta ensembles</i>, 2002, with β = 1. A χ² of even degree is
/// −2 log of a product of uniforms, an odd one has one squared normal more. Uniforms come from SplitMix64.
/// </remarks>
internal sealed class WishartSpectrumSample
{
    // Bins share the exponent and 12 bits of the mantissa; exponents out of −60 … 39 share the outermost bins.
    private const int BinBits = 12;
    private const int FirstBin = (1023 - 60) << BinBits;
    private const int Bins = 100 << BinBits;

    private const int PromptsBetweenLooks = 256;

    private ulong _state;

    private WishartSpectrumSample(ulong seed) => _state = seed;

    /// <summary>Bin means and weights, ascending; the weights add up to min(N, d).</summary>
    public static (double[] Nodes, double[] Weights) Draw(int contextLength, int dimension, int prompts, ulong seed, CancellationToken stop)
    {
        (int large, int count) = (Math.Max(contextLength, dimension), Math.Min(contextLength, dimension));
        WishartSpectrumSample stream = new(seed);
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

    private double ChiSquared(int degrees)
    {
        double sum = 0;
        // Sixteen uniforms at a time: the product of more could underflow in the end.
        for (int pairs = degrees / 2; pairs > 0; pairs -= 16)
        {
            double product = 1;
            for (int i = Math.Min(pairs, 16); i > 0; i--)
                product *= Uniform();
            sum -= 2 * Math.Log(product);
        }

        if (degrees % 2 == 1)
        {
            double cosine = Math.Cos(2 * Math.PI * Uniform());
            sum -= 2 * Math.Log(Uniform()) * cosine * cosine;
        }

        return sum;
    }

    // In (0, 1].
    private double Uniform()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return ((z >> 11) + 1) * (1.0 / (1UL << 53));
    }
}
