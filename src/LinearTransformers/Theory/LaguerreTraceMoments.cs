using System.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// Exact moments E tr W^k of a real Wishart matrix for every k up to the hundreds, from the Pfaffian structure of
/// its eigenvalues (the Laguerre ensemble with β = 1). The loop equation of <see cref="WishartMoments"/> gives the
/// same integers, and more kinds of them, but only for small k.
/// </summary>
/// <remarks>
/// <para>
/// For N ≥ d the eigenvalues of W have density ∝ ∏ w(x_i) ∏_(i&lt;j) |x_i − x_j| with w(x) = x^((N−d−1)/2) e^(−x/2).
/// By de Bruijn's formula the integral of ∏ w |Δ| is, up to a constant, the Pfaffian of the skew matrix
/// </para>
/// <code>
/// M(i,j) = ∫∫ sgn(y−x) x^i y^j w(x) w(y) dx dy,  i, j &lt; d,  bordered for odd d by  M(i,d) = h_i = ∫ x^i w(x) dx .
/// </code>
/// <para>
/// Replace w by w·(1 + ε x^k) and differentiate log Pf M = ½ log det M at ε = 0:
/// </para>
/// <code>
/// E tr W^k = Σ_(i,j) (M⁻¹)(j,i) M(i+k, j) .
/// </code>
/// <para>
/// Integration by parts, with ν = N−d+1 and after dividing M by −4 (N−d)! and h by h_0, leaves only integers:
/// </para>
/// <code>
/// M(i+1,j) = (ν+2i) M(i,j) + (N−d+i+j)!/(N−d)! ,   M(j,j) = 0 ,   h_(i+1) = (ν+2i) h_i .
/// </code>
/// <para>For N &lt; d, W has the non-zero eigenvalues of XXᵀ: N and d change places, and only E tr W^0 = d differs.</para>
/// <para>Source: de Bruijn, <i>On some multiple integrals involving determinants</i>, 1955; Mehta, <i>Random Matrices</i>.</para>
/// </remarks>
public static class LaguerreTraceMoments
{
    /// <summary>
    /// E tr W^k for k = 0 … <paramref name="maxPower"/>, W = XᵀX, X an N×d matrix of independent standard normals,
    /// N = <paramref name="contextLength"/> and d = <paramref name="dimension"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1, or the power is negative.</exception>
    public static BigInteger[] Compute(int contextLength, int dimension, int maxPower)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maxPower);

        int excess = Math.Abs(contextLength - dimension);
        int count = Math.Min(contextLength, dimension);
        BigInteger[,] M = SkewMoments(count, excess, maxPower);
        int size = count + count % 2;
        (BigInteger[,] adjugate, BigInteger determinant)
            = FractionFreeInverse(size, (i, j) => i < count ? M[i, j] : j < count ? -M[j, count] : 0);

        BigInteger[] moments = new BigInteger[maxPower + 1];
        for (int k = 0; k <= maxPower; k++)
        {
            BigInteger sum = 0;
            for (int i = 0; i < count; i++)
                for (int j = 0; j < size; j++)
                    sum += adjugate[j, i] * M[i + k, j];
            moments[k] = sum / determinant;
        }

        moments[0] = dimension;
        return moments;
    }

    // M(i,j) for i < count + maxPower and j < count; for odd counts column `count` holds h.
    private static BigInteger[,] SkewMoments(int count, int excess, int maxPower)
    {
        int rows = count + maxPower;
        BigInteger[,] M = new BigInteger[rows, count + count % 2];
        int nu = excess + 1;

        BigInteger[] factorials = new BigInteger[rows + count];
        factorials[0] = BigInteger.One;
        for (int m = 1; m < factorials.Length; m++)
            factorials[m] = factorials[m - 1] * (excess + m);

        for (int j = 0; j < count; j++)
        {
            for (int i = 0; i < j; i++)
                M[i, j] = -M[j, i];
            M[j, j] = 0;
            for (int i = j; i + 1 < rows; i++)
                M[i + 1, j] = (nu + 2 * i) * M[i, j] + factorials[i + j];
        }

        if (count % 2 == 1)
        {
            M[0, count] = BigInteger.One;
            for (int i = 0; i + 1 < rows; i++)
                M[i + 1, count] = (nu + 2 * i) * M[i, count];
        }

        return M;
    }

    // Bareiss elimination of [M | I] in integers: leaves determinant·M⁻¹ on the right, every division exact.
    private static (BigInteger[,] Adjugate, BigInteger Determinant) FractionFreeInverse(int size, Func<int, int, BigInteger> entry)
    {
        BigInteger[,] a = new BigInteger[size, 2 * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                a[i, j] = entry(i, j);
            a[i, size + i] = BigInteger.One;
        }

        BigInteger previous = BigInteger.One;
        for (int p = 0; p < size; p++)
        {
            int row = p;
            while (a[row, p].IsZero)
                row++;
            if (row != p)
            {
                for (int j = 0; j < 2 * size; j++)
                    (a[p, j], a[row, j]) = (-a[row, j], a[p, j]);
            }

            BigInteger pivot = a[p, p];
            for (int i = 0; i < size; i++)
            {
                if (i == p)
                    continue;
                BigInteger factor = a[i, p];
                for (int j = 0; j < 2 * size; j++)
                    a[i, j] = (pivot * a[i, j] - factor * a[p, j]) / previous;
            }

            previous = pivot;
        }

        BigInteger[,] adjugate = new BigInteger[size, size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                adjugate[i, j] = a[i, size + j];
        return (adjugate, previous);
    }
}
