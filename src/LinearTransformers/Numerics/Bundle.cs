using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>
/// The bundles that prompts are kept in: sixteen single-precision lanes or eight of double precision, on any hardware. A kernel takes one
/// whole where vectors are as wide, and in shares, halves, where they are not; lanes never influence one another, so the bits are the same.
/// </summary>
internal static unsafe class Bundle
{
    /// <summary>Prompts in a bundle of these numbers.</summary>
    public static int Lanes<TNumber>()
        where TNumber : unmanaged
        => typeof(TNumber) == typeof(float) ? SingleLanes.Count
            : typeof(TNumber) == typeof(double) ? DoubleLanes.Count
            : throw new NotSupportedException($"prompts are kept in float or double, not {typeof(TNumber)}");

    /// <summary>Shares that a kernel takes a bundle in.</summary>
    public static int Shares<TPlain, TNumber>()
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged
        => Lanes<TNumber>() / TPlain.Count;

    /// <summary>The sum over all lanes of a bundle whose shares lie apart: the order of additions is that of the whole one.</summary>
    /// <param name="first">The first share.</param>
    /// <param name="stride">From share to share.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes<TPlain, TNumber>(TPlain* first, nint stride)
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged
    {
        if (typeof(TPlain) == typeof(SingleHalfLanes))
        {
            return SingleLanes.SumOfLanes(new(Vector512.Create(*(Vector256<float>*)first, *(Vector256<float>*)(first + stride))));
        }

        return typeof(TPlain) == typeof(DoubleHalfLanes)
            ? DoubleLanes.SumOfLanes(new(Vector512.Create(*(Vector256<double>*)first, *(Vector256<double>*)(first + stride))))
            : TPlain.SumOfLanes(*first);
    }
}
