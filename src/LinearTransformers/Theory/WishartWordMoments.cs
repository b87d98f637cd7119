using System.Text;

namespace LinearTransformers.Theory;

/// <summary>
/// Exact mixed moments of a Wishart matrix and a diagonal one: expectations of traces of words
/// tr(Λ^e₁ S Λ^e₂ S … Λ^e_m S), S = (1/N) XᵀX, X an N×d matrix of independent standard normals, Λ = diag(λ). An exponent
/// may also have a power of a second diagonal matrix Ω = diag(ω): <see cref="Second"/>.
/// </summary>
/// <remarks>
/// <para>
/// A word is its cyclic list of exponents; turned round or read backwards it has the same trace. Integrating by parts
/// over the X at the front of the first W = XᵀX, as in <see cref="WishartMoments"/>, the other factors being A_j = Λ^e_j,
/// </para>
/// <code>
/// E tr(A₁ W A₂ W … A_m W) · rest =
///     N · [A₁A₂, A₃, …, A_m]                                            (the X beside it)
///   + Σ_(j=2..m) [A₁A_j, A_(j−1), …, A₂, A_(j+1), …, A_m]                   (one X of W_j: a stretch turns round)
///   + Σ_(j=2..m) [A₂, …, A_j] · [A₁A_(j+1), A_(j+2), …, A_m]                (the other: the word splits; [A₁] is tr A₁ at j = m)
///   + Σ_(words B of rest) Σ_l both ways round of  [A₁B_l, A_m, …, A₂, B_(l+1), …, B_(l−1)]    (the words join)
/// </code>
/// <para>
/// Every term is positive, so nothing cancels and doubles keep some fourteen digits. The number of words grows fast
/// with m: twelve factors take a twentieth of a second.
/// </para>
/// </remarks>
internal sealed class WishartWordMoments
{
    /// <summary>Added to an exponent e it makes Λ^e into Λ^e Ω. Exponents of Λ stay below it.</summary>
    public const int Second = 256;

    private readonly int _contextLength;
    private readonly double[] _eigenvalues;
    private readonly double[] _second;
    private readonly Dictionary<int, double> _tracePowers = [];
    private readonly Dictionary<string, double> _known = new(StringComparer.Ordinal);

    public WishartWordMoments(int contextLength, ReadOnlySpan<double> eigenvalues, ReadOnlySpan<double> second = default)
    {
        _contextLength = contextLength;
        _eigenvalues = eigenvalues.ToArray();
        _second = second.ToArray();
    }

    /// <summary>E tr(Λ^e₁ S Λ^e₂ S … Λ^e_m S).</summary>
    public double Trace(params int[] exponents)
        => Expectation([exponents]) / Math.Pow(_contextLength, exponents.Length);

    /// <summary>tr Λ^e, or of both matrices.</summary>
    public double TracePower(int exponent)
    {
        if (!_tracePowers.TryGetValue(exponent, out double trace))
        {
            for (int i = 0; i < _eigenvalues.Length; i++)
            {
                double power = Math.Pow(_eigenvalues[i], exponent % Second);
                trace += exponent < Second ? power : power * Math.Pow(_second[i], exponent / Second);
            }

            _tracePowers.Add(exponent, trace);
        }

        return trace;
    }

    // E of the product of the words in W (not divided by N).
    private double Expectation(List<int[]> words)
    {
        if (words.Count == 0)
            return 1;
        for (int i = 0; i < words.Count; i++)
            words[i] = Canonical(words[i]);
        words.Sort(Compare);
        string key = Key(words);
        if (_known.TryGetValue(key, out double value))
            return value;

        int[] A = words[0];
        List<int[]> rest = words[1..];
        int m = A.Length;
        if (m == 1)
        {
            value += _contextLength * TracePower(A[0]) * Expectation([.. rest]);
        }
        else
        {
            value += _contextLength * Expectation([[A[0] + A[1], .. A[2..]], .. rest]);
            for (int j = 1; j < m; j++)
            {
                int[] stretch = A[1..j];
                Array.Reverse(stretch);
                value += Expectation([[A[0] + A[j], .. stretch, .. A[(j + 1)..]], .. rest]);
                value += j == m - 1
                    ? TracePower(A[0]) * Expectation([A[1..], .. rest])
                    : Expectation([A[1..(j + 1)], [A[0] + A[j + 1], .. A[(j + 2)..]], .. rest]);
            }
        }

        int[] reversed = A[1..];
        Array.Reverse(reversed);
        for (int i = 0; i < rest.Count; i++)
        {
            int[] B = rest[i];
            List<int[]> others = rest.Where((_, index) => index != i).ToList();
            foreach (int[] turned in (int[][])[B, [.. B.Reverse()]])
            {
                for (int l = 0; l < B.Length; l++)
                    value += Expectation([[A[0] + turned[l], .. reversed, .. turned[(l + 1)..], .. turned[..l]], .. others]);
            }
        }

        _known.Add(key, value);
        return value;
    }

    // The least of all turns of the word and of its reverse.
    private static int[] Canonical(int[] word)
    {
        int[] best = word;
        foreach (int[] direction in (int[][])[word, [.. word.Reverse()]])
        {
            for (int l = 0; l < word.Length; l++)
            {
                int[] turned = [.. direction[l..], .. direction[..l]];
                if (Compare(turned, best) < 0)
                    best = turned;
            }
        }

        return best;
    }

    private static int Compare(int[] a, int[] b)
        => a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.AsSpan().SequenceCompareTo(b);

    private static string Key(List<int[]> words)
    {
        StringBuilder key = new();
        foreach (int[] word in words)
        {
            foreach (int exponent in word)
                key.Append((char)(exponent + 1));
            key.Append('\0');
        }

        return key.ToString();
    }
}
