using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>What one thread needs to take a bundle through the layers and back; reused from bundle to bundle.</summary>
internal sealed unsafe class GramWorkspace<TLane, TScalar, TDim> : GramPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
{
    private readonly bool _isDiagonal;

    public GramWorkspace(LinearTransformerShape shape, bool isDiagonal, int shares)
        : base(shape.ParameterCount, new(shape.Dimension), RoomFor(shape), shares)
    {
        Shape = shape;
        _isDiagonal = isDiagonal;
        int matrix = shape.MatrixSize;
        int vector = shape.Dimension;
        LayerLength = GramLayer<TLane>.Length(vector, shape.Heads);
        Layers = Take(shape.Layers * LayerLength);
        BarT = Take(matrix);
        R = Take(matrix);
        HT = Take(matrix);
        E = Take(matrix);
        H = Take(matrix);
        BarQuery = Take(vector);
        BarCross = Take(vector);
        HandedDown = Take(vector);
        BarU = Take(vector);
        BarV = Take(vector);
    }

    public LinearTransformerShape Shape { get; }

    public TLane* Layers { get; }

    public int LayerLength { get; }

    public TLane* BarT { get; }

    /// <summary>S̄ᵀ = T̄ᵀ P of one head.</summary>
    public TLane* R { get; }

    /// <summary>H T.</summary>
    public TLane* HT { get; }

    /// <summary>ū vᵀ + Σ_h S̄_h Q_h, whose symmetric part adds to Ḡ.</summary>
    public TLane* E { get; }

    /// <summary>H = 2Ḡ.</summary>
    public TLane* H { get; }

    public TLane* BarQuery { get; }

    /// <summary>Behind <see cref="BarQuery"/>, so that the two are a matrix of two rows.</summary>
    public TLane* BarCross { get; }

    /// <summary>Tᵀ x̄_q.</summary>
    public TLane* HandedDown { get; }

    /// <summary>ū = Tᵀ ḡ, behind <see cref="HandedDown"/>.</summary>
    public TLane* BarU { get; }

    public TLane* BarV { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(TScalar* parameters, TLane* statistics, nint stride)
        => *Residual = _isDiagonal
            ? GramKernel<TLane, TScalar, TDim>.ForwardDiagonal(this, parameters, statistics, stride)
            : GramKernel<TLane, TScalar, TDim>.Forward(this, parameters, statistics, stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(TScalar* parameters)
    {
        if (_isDiagonal)
        {
            GramKernel<TLane, TScalar, TDim>.BackwardDiagonal(this, parameters, Residual);
        }
        else
        {
            GramKernel<TLane, TScalar, TDim>.Backward(this, parameters, Residual);
        }
    }

    private static long RoomFor(LinearTransformerShape shape)
        => ((long)shape.Layers * GramLayer<TLane>.Length(shape.Dimension, shape.Heads)) + (5L * shape.MatrixSize) + (5L * shape.Dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GramLayer<TLane> Layer(int index) => new(Layers + ((long)index * LayerLength), Shape.Dimension);
}

/// <summary>What the forward pass leaves of a layer for the reverse pass.</summary>
internal readonly unsafe struct GramLayer<TLane>(TLane* memory, int dimension)
    where TLane : unmanaged
{
    public TLane* G => memory;

    public TLane* T => memory + (dimension * dimension);

    /// <summary>M = T G.</summary>
    public TLane* M => memory + (2 * dimension * dimension);

    public TLane* Cross => memory + (3 * dimension * dimension);

    public TLane* Query => Cross + dimension;

    /// <summary>u = g + G v, behind <see cref="Query"/>, so that the two are a matrix of two rows.</summary>
    public TLane* U => Query + dimension;

    /// <summary>v = Σ_h Q_h g.</summary>
    public TLane* V => U + dimension;

    /// <summary>S_h = G Q_hᵀ.</summary>
    public TLane* S(int head) => V + dimension + (head * LengthOfHead(dimension));

    /// <summary>In place of S_h in the layer below the last: Z Q_h, the rows of Z being x_q and u.</summary>
    public TLane* ZQ(int head) => S(head);

    /// <summary>Z S_hᵀ.</summary>
    public TLane* ZS(int head) => S(head) + (2 * dimension);

    /// <summary>Z̄ P_h, the rows of Z̄ being x̄_q and ḡ as they are handed down.</summary>
    public TLane* BarZP(int head) => S(head) + (4 * dimension);

    /// <summary>Z̄ P_h G.</summary>
    public TLane* BarZPG(int head) => S(head) + (6 * dimension);

    public static int Length(int dimension, int heads) => (3 * dimension * dimension) + (4 * dimension) + (heads * LengthOfHead(dimension));

    private static int LengthOfHead(int dimension) => Math.Max(dimension * dimension, 8 * dimension);
}
