using System.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// Exact moments of a real Wishart matrix W = XᵀX, X an N×d matrix of independent standard normals: the integers
/// E[∏ tr W^k] for any product of traces.
/// </summary>
/// <remarks>
/// <para>
/// Write p_k = tr W^k (p_0 = d) and integrate E[X_ai (X W^(k−1))_ai p_λ] by parts over every X_ai. The derivative
/// meets X at the front (N p_(k−1)), inside each of the k−1 powers of W = XᵀX (p_(k−1) from one of its two factors,
/// p_(m+1) p_(k−2−m) from the other), and in the other traces (∂ tr W^q = 2q tr(W^(q−1) Xᵀ ∂X)). This is the loop
/// (Schwinger–Dyson) equation
/// </para>
/// <code>
/// E[p_k p_λ] = (N+k−1) E[p_(k−1) p_λ] + Σ_(m=0..k−2) E[p_(m+1) p_(k−2−m) p_λ] + Σ_(q∈λ) 2q E[p_(k+q−1) p_(λ∖q)]
/// </code>
/// <para>
/// Each step lowers the degree by one, so it ends at p_0 = d. The unknowns of degree n are the partitions of n:
/// quick up to degree 30, hopeless beyond 60. For the single traces E tr W^k of any degree see
/// <see cref="LaguerreTraceMoments"/>.
/// </para>
/// </remarks>
public sealed class WishartMoments
{
    private readonly Dictionary<string, BigInteger> _known = new(StringComparer.Ordinal) { [""] = BigInteger.One };

    /// <summary>Moments for N = <paramref name="contextLength"/> examples in <paramref name="dimension"/> dimensions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1.</exception>
    public WishartMoments(int contextLength, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ContextLength = contextLength;
        Dimension = dimension;
    }

    /// <summary>N, the number of rows of X.</summary>
    public int ContextLength { get; }

    /// <summary>d, the number of columns of X.</summary>
    public int Dimension { get; }

    /// <summary>E tr W^k, with E tr W^0 = d.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The power is negative.</exception>
    public BigInteger TracePower(int power) => TraceProduct(power);

    /// <summary>E[tr W^k₁ · tr W^k₂ · …]; the empty product is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A power is negative.</exception>
    public BigInteger TraceProduct(params ReadOnlySpan<int> powers)
    {
        List<int> parts = new(powers.Length);
        int zeros = 0;
        foreach (int power in powers)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(power, nameof(powers));
            if (power == 0)
                zeros++;
            else
                parts.Add(power);
        }

        parts.Sort();
        return BigInteger.Pow(Dimension, zeros) * Expectation(parts);
    }

    // The parts are positive and ascending. The smallest is taken apart: it branches least, and p_1 only multiplies.
    private BigInteger Expectation(List<int> parts)
    {
        string key = string.Create(parts.Count, parts, static (chars, list) =>
        {
            for (int i = 0; i < chars.Length; i++)
                chars[i] = (char)list[i];
        });
        if (_known.TryGetValue(key, out BigInteger known))
            return known;

        int k = parts[0];
        List<int> rest = parts.GetRange(1, parts.Count - 1);
        BigInteger sum = (ContextLength + k - 1) * With(rest, k - 1);
        for (int m = 0; m <= k - 2; m++)
            sum += With(rest, m + 1, k - 2 - m);
        for (int i = 0; i < rest.Count; i++)
        {
            int q = rest[i];
            List<int> others = new(rest);
            others.RemoveAt(i);
            sum += 2 * q * With(others, k + q - 1);
        }

        _known.Add(key, sum);
        return sum;
    }

    private BigInteger With(List<int> rest, params ReadOnlySpan<int> more)
    {
        List<int> parts = new(rest);
        BigInteger factor = 1;
        foreach (int power in more)
        {
            if (power == 0)
            {
                factor *= Dimension;
                continue;
            }

            int at = parts.BinarySearch(power);
            parts.Insert(at < 0 ? ~at : at, power);
        }

        return factor * Expectation(parts);
    }
}
