using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>Sums and updates of plain vectors of floats or doubles, with the same bits on any hardware.</summary>
internal static class FixedOrder
{
    /// <summary>Numbers that a step of <see cref="Dot"/> takes in, one for each of its partial sums.</summary>
    private const int Stride = 8;

    /// <summary>
    /// aᵀb in double precision: partial sums over the entries that are equal mod 8, added in halves, then what is left
    /// behind the last whole eight. Products of floats are exact, those of doubles rounded before they are added.
    /// </summary>
    public static double Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"a vector of {b.Length} entries has no product with one of {a.Length}", nameof(b));
        }

        Vector256<double> low = Vector256<double>.Zero;
        Vector256<double> high = Vector256<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Stride; i += Stride)
        {
            (Vector256<double> a0, Vector256<double> a1) = Load(a.Slice(i, Stride));
            (Vector256<double> b0, Vector256<double> b1) = Load(b.Slice(i, Stride));
            low += a0 * b0;
            high += a1 * b1;
        }

        Vector256<double> four = low + high;
        Vector128<double> two = four.GetLower() + four.GetUpper();
        double sum = two.ToScalar() + two.GetElement(1);
        for (; i < a.Length; i++)
        {
            sum += double.CreateTruncating(a[i]) * double.CreateTruncating(b[i]);
        }

        return sum;
    }

    /// <summary>target ← target + scale·source, each entry rounded once.</summary>
    public static void AddScaled<T>(Span<T> target, T scale, ReadOnlySpan<T> source)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (typeof(T) == typeof(float))
        {
            Span<Vector256<float>> sums = MemoryMarshal.Cast<T, Vector256<float>>(target);
            ReadOnlySpan<Vector256<float>> terms = MemoryMarshal.Cast<T, Vector256<float>>(source);
            Vector256<float> factor = Vector256.Create(float.CreateTruncating(scale));
            for (int k = 0; k < sums.Length; k++)
            {
                sums[k] = Vector256.FusedMultiplyAdd(factor, terms[k], sums[k]);
            }

            i = sums.Length * Vector256<float>.Count;
        }

        for (; i < target.Length; i++)
        {
            target[i] = T.FusedMultiplyAdd(scale, source[i], target[i]);
        }
    }

    /// <summary>The largest size of an entry.</summary>
    public static T LargestMagnitude<T>(ReadOnlySpan<T> vector)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Max passes NaN on, from wherever it comes.
        T largest = T.Zero;
        foreach (T entry in vector)
        {
            largest = T.Max(largest, T.Abs(entry));
        }

        return largest;
    }

    /// <summary>
    /// The Euclidean norm, with squares summed in order in double precision. Only where that sum overflows are the entries divided by the
    /// largest first, so that the norm of finite entries is infinite only if double precision has no such number.
    /// </summary>
    public static double Norm<T>(ReadOnlySpan<T> vector)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T entry in vector)
        {
            double x = double.CreateTruncating(entry);
            sum += x * x;
        }

        double largest;
        if (!double.IsPositiveInfinity(sum) || !double.IsFinite(largest = double.CreateTruncating(LargestMagnitude(vector))))
        {
            return Math.Sqrt(sum);
        }

        sum = 0;
        foreach (T entry in vector)
        {
            double x = double.CreateTruncating(entry) / largest;
            sum += x * x;
        }

        return largest * Math.Sqrt(sum);
    }

    /// <summary>Σ |x_i| in double precision, in order.</summary>
    public static double SumOfMagnitudes<T>(ReadOnlySpan<T> vector)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T entry in vector)
        {
            sum += Math.Abs(double.CreateTruncating(entry));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Low, Vector256<double> High) Load<T>(ReadOnlySpan<T> eight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            return Vector256.Widen(Vector256.Create(MemoryMarshal.Cast<T, float>(eight)));
        }

        ReadOnlySpan<double> doubles = MemoryMarshal.Cast<T, double>(eight);
        return (Vector256.Create(doubles), Vector256.Create(doubles[4..]));
    }
}
