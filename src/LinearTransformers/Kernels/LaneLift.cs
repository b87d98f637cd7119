using System.Runtime.InteropServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>Between the plain bundles that prompts are kept in and the bundles that a kernel computes with: the same, or dual ones.</summary>
internal static unsafe class LaneLift
{
    /// <summary>A prompt's entries as the kernel's numbers: themselves, or with tangents 0, since prompts depend on no parameter.</summary>
    /// <param name="bundle">The entries.</param>
    /// <param name="room">Where they go if they have to be widened.</param>
    /// <param name="count">How many.</param>
    public static TLane* To<TLane, TPlain>(TPlain* bundle, TLane* room, int count)
        where TLane : unmanaged
        where TPlain : unmanaged
    {
        int width = sizeof(TLane) / sizeof(TPlain);
        if (width == 1)
        {
            return (TLane*)bundle;
        }

        TPlain* parts = (TPlain*)room;
        for (int i = 0; i < count; i++)
        {
            *parts++ = bundle[i];
            for (int part = 1; part < width; part++)
            {
                *parts++ = default;
            }
        }

        return room;
    }

    /// <summary>The sums over lanes, part by part.</summary>
    public static void AddOverLanes<TLane, TPlain, TNumber>(ReadOnlySpan<TLane> lanes, Span<double> sums)
        where TLane : unmanaged
        where TPlain : unmanaged, ILane<TPlain, TNumber>
        where TNumber : unmanaged
    {
        ReadOnlySpan<TPlain> parts = MemoryMarshal.Cast<TLane, TPlain>(lanes);
        for (int i = 0; i < parts.Length; i++)
        {
            sums[i] = TPlain.SumOfLanes(parts[i]);
        }
    }
}
