namespace LinearTransformers.Theory;

/// <summary>
/// Random numbers of the samples in this folder, in double precision: uniforms by SplitMix64, of which the others are
/// made. The same seed gives the same numbers.
/// </summary>
internal sealed class SampleNumbers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Uniform in (0, 1].</summary>
    public double Uniform()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return ((z >> 11) + 1) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal()
    {
        double cosine = Math.Cos(2 * Math.PI * Uniform());
        return Math.Sqrt(-2 * Math.Log(Uniform())) * cosine;
    }

    /// <summary>χ²: of even degree −2 log of a product of uniforms; an odd one has one squared normal more.</summary>
    public double ChiSquared(int degrees)
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

    /// <summary>
    /// The upper trapezoidal R of N×d standard normals X = O R, O orthogonal, without X: independent χ_N, χ_(N−1), … on the
    /// diagonal and standard normals to their right (Bartlett's decomposition of XᵀX = RᵀR).
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="factor">R, min(N, d)×d; what stands below the diagonal stays as it is.</param>
    public void Bartlett(int contextLength, double[,] factor)
    {
        for (int i = 0; i < factor.GetLength(0); i++)
        {
            factor[i, i] = Math.Sqrt(ChiSquared(contextLength - i));
            for (int j = i + 1; j < factor.GetLength(1); j++)
                factor[i, j] = Normal();
        }
    }
}
