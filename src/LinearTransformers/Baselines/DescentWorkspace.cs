using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>What one thread needs to take a bundle down its least-squares loss; reused from bundle to bundle.</summary>
internal sealed unsafe class DescentWorkspace<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    private readonly AlignedBuffer<TLane> _memory;

    public DescentWorkspace(int dimension)
    {
        _memory = new((2L * dimension * dimension) + (3L * dimension));
        G = _memory.Pointer;
        H = G + (dimension * dimension);
        SmallH = H + (dimension * dimension);
        U = SmallH + dimension;
        R = U + dimension;
    }

    public TLane* G { get; }

    /// <summary>H = M G.</summary>
    public TLane* H { get; }

    /// <summary>h = M g.</summary>
    public TLane* SmallH { get; }

    /// <summary>u = −w.</summary>
    public TLane* U { get; }

    /// <summary>r = h + H u.</summary>
    public TLane* R { get; }

    /// <summary>x_q, where the statistics have it.</summary>
    public TLane* Query { get; set; }

    /// <summary>y_q, where the statistics have it.</summary>
    public TLane* Label { get; set; }

    public LaneSums<TLane, TScalar> Sums { get; } = new();
}
