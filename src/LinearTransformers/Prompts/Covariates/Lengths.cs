using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>Lengths of covariates.</summary>
internal static class Lengths
{
    /// <summary>Each x ← x/‖x‖ of vectors that lie one behind another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(Span<float> vectors, int dimension)
    {
        ref float x = ref MemoryMarshal.GetReference(vectors);
        for (int left = vectors.Length; left >= dimension; left -= dimension, x = ref Unsafe.Add(ref x, dimension))
        {
            float length = Length(ref x, dimension);
            for (int i = 0; i < dimension; i++)
            {
                Unsafe.Add(ref x, i) /= length;
            }
        }
    }

    /// <summary>Each x ← c x/‖x‖ of vectors that lie one behind another, by a factor c for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Set(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
    {
        ref float x = ref MemoryMarshal.GetReference(vectors);
        for (int v = 0; v < factors.Length; v++, x = ref Unsafe.Add(ref x, dimension))
        {
            float length = Length(ref x, dimension);
            float factor = factors[v];
            for (int i = 0; i < dimension; i++)
            {
                Unsafe.Add(ref x, i) = Unsafe.Add(ref x, i) / length * factor;
            }
        }
    }

    /// <summary>Each c ← √c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SquareRoots(Span<float> numbers)
    {
        int i = 0;
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.SquareRoot(new Vector<float>(numbers[i..])).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] = MathF.Sqrt(numbers[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Length(ref float x, int dimension)
    {
        float squares = 0;
        for (int i = 0; i < dimension; i++)
        {
            squares = MathF.FusedMultiplyAdd(Unsafe.Add(ref x, i), Unsafe.Add(ref x, i), squares);
        }

        return MathF.Sqrt(squares);
    }
}
