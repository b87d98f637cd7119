using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// Rᵀ R of an upper triangular R with five rows and columns, written out so that it stays in registers. The sums are in the order of <see
/// cref="WishartStatistics"/>, row by row of R.
/// </summary>
internal static unsafe class WishartOfFive
{
    /// <summary>Its dimension.</summary>
    public const int Dimension = 5;

    /// <summary>The lower triangle of Rᵀ R, row by row, times a factor.</summary>
    /// <param name="r">The diagonal of R.</param>
    /// <param name="above">What is above it, row by row.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="triangle">Receives the product.</param>
    /// <param name="width">Numbers from one entry of it to the next.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Square(SingleHalfLanes* r, SingleHalfLanes* above, float factor, float* triangle, nint width)
    {
        Vector256<float> share = Vector256.Create(factor);
        Vector256<float> a0 = r[0].Value;
        Vector256<float> a1 = above[0].Value;
        Vector256<float> a2 = above[1].Value;
        Vector256<float> a3 = above[2].Value;
        Vector256<float> a4 = above[3].Value;
        Vector256.Store(Add(a0, a0, Vector256<float>.Zero) * share, triangle);
        Vector256.Store(Add(a1, a0, Vector256<float>.Zero) * share, triangle + width);
        Vector256.Store(Add(a2, a0, Vector256<float>.Zero) * share, triangle + (3 * width));
        Vector256.Store(Add(a3, a0, Vector256<float>.Zero) * share, triangle + (6 * width));
        Vector256.Store(Add(a4, a0, Vector256<float>.Zero) * share, triangle + (10 * width));

        Vector256<float> b1 = r[1].Value;
        Vector256<float> b2 = above[4].Value;
        Vector256<float> b3 = above[5].Value;
        Vector256<float> b4 = above[6].Value;
        Vector256.Store(Add(b1, b1, Add(a1, a1, Vector256<float>.Zero)) * share, triangle + (2 * width));
        Vector256.Store(Add(b2, b1, Add(a2, a1, Vector256<float>.Zero)) * share, triangle + (4 * width));
        Vector256.Store(Add(b3, b1, Add(a3, a1, Vector256<float>.Zero)) * share, triangle + (7 * width));
        Vector256.Store(Add(b4, b1, Add(a4, a1, Vector256<float>.Zero)) * share, triangle + (11 * width));

        Vector256<float> c2 = r[2].Value;
        Vector256<float> c3 = above[7].Value;
        Vector256<float> c4 = above[8].Value;
        Vector256.Store(Add(c2, c2, Add(b2, b2, Add(a2, a2, Vector256<float>.Zero))) * share, triangle + (5 * width));
        Vector256.Store(Add(c3, c2, Add(b3, b2, Add(a3, a2, Vector256<float>.Zero))) * share, triangle + (8 * width));
        Vector256.Store(Add(c4, c2, Add(b4, b2, Add(a4, a2, Vector256<float>.Zero))) * share, triangle + (12 * width));

        Vector256<float> d3 = r[3].Value;
        Vector256<float> d4 = above[9].Value;
        Vector256.Store(Add(d3, d3, Add(c3, c3, Add(b3, b3, Add(a3, a3, Vector256<float>.Zero)))) * share, triangle + (9 * width));
        Vector256.Store(Add(d4, d3, Add(c4, c3, Add(b4, b3, Add(a4, a3, Vector256<float>.Zero)))) * share, triangle + (13 * width));

        Vector256<float> e4 = r[4].Value;
        Vector256.Store(
            Add(e4, e4, Add(d4, d4, Add(c4, c4, Add(b4, b4, Add(a4, a4, Vector256<float>.Zero))))) * share, triangle + (14 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> sum)
        => Vector256.FusedMultiplyAdd(a, b, sum);
}
