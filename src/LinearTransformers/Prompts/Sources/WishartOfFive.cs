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

    /// <summary>The lower triangle of Rᵀ R, row by row.</summary>
    /// <param name="r">The diagonal of R.</param>
    /// <param name="above">What is above it, row by row.</param>
    /// <param name="triangle">Receives the product.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Square(SingleHalfLanes* r, SingleHalfLanes* above, SingleHalfLanes* triangle)
    {
        Vector256<float> a0 = r[0].Value;
        Vector256<float> a1 = above[0].Value;
        Vector256<float> a2 = above[1].Value;
        Vector256<float> a3 = above[2].Value;
        Vector256<float> a4 = above[3].Value;
        triangle[0] = new(Add(a0, a0, Vector256<float>.Zero));
        triangle[1] = new(Add(a1, a0, Vector256<float>.Zero));
        triangle[3] = new(Add(a2, a0, Vector256<float>.Zero));
        triangle[6] = new(Add(a3, a0, Vector256<float>.Zero));
        triangle[10] = new(Add(a4, a0, Vector256<float>.Zero));

        Vector256<float> b1 = r[1].Value;
        Vector256<float> b2 = above[4].Value;
        Vector256<float> b3 = above[5].Value;
        Vector256<float> b4 = above[6].Value;
        triangle[2] = new(Add(b1, b1, Add(a1, a1, Vector256<float>.Zero)));
        triangle[4] = new(Add(b2, b1, Add(a2, a1, Vector256<float>.Zero)));
        triangle[7] = new(Add(b3, b1, Add(a3, a1, Vector256<float>.Zero)));
        triangle[11] = new(Add(b4, b1, Add(a4, a1, Vector256<float>.Zero)));

        Vector256<float> c2 = r[2].Value;
        Vector256<float> c3 = above[7].Value;
        Vector256<float> c4 = above[8].Value;
        triangle[5] = new(Add(c2, c2, Add(b2, b2, Add(a2, a2, Vector256<float>.Zero))));
        triangle[8] = new(Add(c3, c2, Add(b3, b2, Add(a3, a2, Vector256<float>.Zero))));
        triangle[12] = new(Add(c4, c2, Add(b4, b2, Add(a4, a2, Vector256<float>.Zero))));

        Vector256<float> d3 = r[3].Value;
        Vector256<float> d4 = above[9].Value;
        triangle[9] = new(Add(d3, d3, Add(c3, c3, Add(b3, b3, Add(a3, a3, Vector256<float>.Zero)))));
        triangle[13] = new(Add(d4, d3, Add(c4, c3, Add(b4, b3, Add(a4, a3, Vector256<float>.Zero)))));

        Vector256<float> e4 = r[4].Value;
        triangle[14] = new(Add(e4, e4, Add(d4, d4, Add(c4, c4, Add(b4, b4, Add(a4, a4, Vector256<float>.Zero))))));
    }

    /// <summary>G w and wᵀx_q, as <see cref="GramSums.LinearLabels"/> has them.</summary>
    /// <param name="sums">G, a lower triangle.</param>
    /// <param name="cross">Receives G w.</param>
    /// <param name="query">x_q.</param>
    /// <param name="label">Receives wᵀx_q.</param>
    /// <param name="w">The task vectors.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Labels(
        SingleHalfLanes* sums, SingleHalfLanes* cross, SingleHalfLanes* query, SingleHalfLanes* label, SingleHalfLanes* w)
    {
        Vector256<float> w0 = w[0].Value;
        Vector256<float> w1 = w[1].Value;
        Vector256<float> w2 = w[2].Value;
        Vector256<float> w3 = w[3].Value;
        Vector256<float> w4 = w[4].Value;
        cross[0] = new(Dot(sums[0], sums[1], sums[3], sums[6], sums[10], w0, w1, w2, w3, w4));
        cross[1] = new(Dot(sums[1], sums[2], sums[4], sums[7], sums[11], w0, w1, w2, w3, w4));
        cross[2] = new(Dot(sums[3], sums[4], sums[5], sums[8], sums[12], w0, w1, w2, w3, w4));
        cross[3] = new(Dot(sums[6], sums[7], sums[8], sums[9], sums[13], w0, w1, w2, w3, w4));
        cross[4] = new(Dot(sums[10], sums[11], sums[12], sums[13], sums[14], w0, w1, w2, w3, w4));
        *label = new(Dot(query[0], query[1], query[2], query[3], query[4], w0, w1, w2, w3, w4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Dot(
        SingleHalfLanes x0, SingleHalfLanes x1, SingleHalfLanes x2, SingleHalfLanes x3, SingleHalfLanes x4, Vector256<float> w0,
        Vector256<float> w1, Vector256<float> w2, Vector256<float> w3, Vector256<float> w4)
        => Add(x4.Value, w4, Add(x3.Value, w3, Add(x2.Value, w2, Add(x1.Value, w1, Add(x0.Value, w0, Vector256<float>.Zero)))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> sum)
        => Vector256.FusedMultiplyAdd(a, b, sum);
}
