using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>How many lanes of a bundle go through a kernel at a time. It decides on speed only.</summary>
internal enum LaneWidth
{
    /// <summary>All of them.</summary>
    Whole,

    /// <summary>One half after the other.</summary>
    Half,
}

/// <summary>Makes something that is compiled for a lane type.</summary>
internal interface ILaneFactory<TResult>
{
    TResult Create<TLane, TNumber>()
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged, System.Numerics.INumberBase<TNumber>;
}

/// <summary>Chooses lane types.</summary>
internal static class LaneChoice
{
    /// <summary>What suits this hardware.</summary>
    public static LaneWidth Width => Vector512.IsHardwareAccelerated ? LaneWidth.Whole : LaneWidth.Half;

    /// <summary>What the factory makes for numbers of a type, in lanes of a width.</summary>
    /// <exception cref="NotSupportedException">The numbers are neither float nor double.</exception>
    public static TResult Create<TNumber, TResult>(ILaneFactory<TResult> factory, LaneWidth? width = null)
        where TNumber : unmanaged
        => (Bundle.Lanes<TNumber>() == SingleLanes.Count, width ?? Width) switch
        {
            (true, LaneWidth.Whole) => factory.Create<SingleLanes, float>(),
            (true, _) => factory.Create<SingleHalfLanes, float>(),
            (false, LaneWidth.Whole) => factory.Create<DoubleLanes, double>(),
            (false, _) => factory.Create<DoubleHalfLanes, double>(),
        };
}
