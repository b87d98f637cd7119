using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>What one thread needs to solve a bundle's least-squares problems; reused from bundle to bundle.</summary>
internal sealed unsafe class RegressionWorkspace<TLane>
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private readonly AlignedBuffer<TLane> _memory;

    public RegressionWorkspace(int dimension)
    {
        int matrix = dimension * dimension;
        GramLayout layout = new(dimension);
        _memory = new(layout.Stride + (2L * matrix) + Math.Max(matrix, 2 * dimension));
        Statistics = _memory.Pointer;
        G = Statistics + layout.Stride;
        Half = G + matrix;
        Vectors = Half + matrix;
    }

    /// <summary>A bundle's Gram statistics in double precision.</summary>
    public TLane* Statistics { get; }

    /// <summary>G, whitened; then its eigenvalues on the diagonal.</summary>
    public TLane* G { get; }

    /// <summary>W G.</summary>
    public TLane* Half { get; }

    /// <summary>g, then x_q, both whitened and turned into G's eigenbasis; before that, room for a matrix.</summary>
    public TLane* Vectors { get; }

    public LaneSums<TLane, double> Sums { get; } = new();
}
