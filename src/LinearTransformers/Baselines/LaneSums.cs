using LinearTransformers.Kernels;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>A thread's sums over the bundles of a block, lane by lane; the room is kept from block to block.</summary>
internal sealed unsafe class LaneSums<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    private AlignedBuffer<TLane> _memory = new(1);

    public TLane* Pointer => _memory.Pointer;

    /// <summary>Begins a block with this many sums, all zero.</summary>
    public void Clear(int length)
    {
        if (_memory.Length < length)
        {
            _memory = new(length);
        }

        _memory.Span[..length].Clear();
    }

    /// <summary>Ends it: adds over lanes into the block's slot of <see cref="BlockSums"/>.</summary>
    public void Fill(Span<double> slot)
    {
        for (int i = 0; i < slot.Length; i++)
        {
            slot[i] = TLane.SumOfLanes(_memory.Pointer[i]);
        }
    }
}
