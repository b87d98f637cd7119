using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>
/// Between the bundles that prompts are kept in and what a kernel computes with: the same bundles, or shares of them, plain or with
/// tangents.
/// </summary>
internal static unsafe class LaneLift
{
    /// <summary>
    /// A share's entries as the kernel's numbers: where they lie, or copied; with tangents 0, since prompts depend on no parameter.
    /// </summary>
    /// <param name="bundle">The bundle's entries.</param>
    /// <param name="share">Which share of its lanes.</param>
    /// <param name="room">Where they go if they have to be copied.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TLane* To<TLane, TPlain, TNumber>(TNumber* bundle, int share, TLane* room, int count)
        where TLane : unmanaged
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged
    {
        int parts = sizeof(TLane) / sizeof(TPlain);
        int shares = Bundle.Shares<TPlain, TNumber>();
        if (parts == 1 && shares == 1)
        {
            return (TLane*)bundle;
        }

        TPlain* from = (TPlain*)bundle + share;
        TPlain* to = (TPlain*)room;
        for (int i = 0; i < count; i++, from += shares)
        {
            *to++ = *from;
            for (int part = 1; part < parts; part++)
            {
                *to++ = default;
            }
        }

        return room;
    }

    /// <summary>The same, but plain entries always where they lie, however far apart.</summary>
    /// <param name="bundle">The bundle's entries.</param>
    /// <param name="share">Which share of its lanes.</param>
    /// <param name="room">Where they go if they have to be copied.</param>
    /// <param name="count">How many.</param>
    /// <param name="stride">From one entry to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane* InPlace<TLane, TPlain, TNumber>(TNumber* bundle, int share, TLane* room, int count, out nint stride)
        where TLane : unmanaged
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged
    {
        bool isPlain = sizeof(TLane) == sizeof(TPlain);
        stride = isPlain ? Bundle.Shares<TPlain, TNumber>() : 1;
        return isPlain ? (TLane*)bundle + share : To<TLane, TPlain, TNumber>(bundle, share, room, count);
    }

    /// <summary>The sums over all lanes of a bundle, entry by entry and part by part.</summary>
    /// <param name="lanes">Its shares one after another, each with all entries.</param>
    /// <param name="count">Entries of a share.</param>
    /// <param name="sums">Receives them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOverLanes<TLane, TPlain, TNumber>(TLane* lanes, int count, Span<double> sums)
        where TLane : unmanaged
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged
    {
        int parts = sizeof(TLane) / sizeof(TPlain);
        TPlain* first = (TPlain*)lanes;
        nint stride = (nint)count * parts;
        for (int i = 0; i < count * parts; i++)
        {
            sums[i] = Bundle.SumOfLanes<TPlain, TNumber>(first + i, stride);
        }
    }
}
