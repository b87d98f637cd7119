using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>Makes what takes statistics through layers of full matrices.</summary>
/// <param name="shape">Their sizes; without a network.</param>
/// <param name="knownSize">Whether sizes d + 1 = 6 and 11 are known to the compiler.</param>
internal sealed class FullGramPasses(NonlinearRegressionShape shape, bool knownSize = true) : IGramPassFactory
{
    public int ParameterCount => shape.ParameterCount;

    public GramLayout Statistics => new(shape.Dimension, HasSquare: true);

    public GramPass<TLane, TScalar> Create<TLane, TScalar>(int shares)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        => shape.Dimension switch
        {
            5 when knownSize => new FullGramWorkspace<TLane, TScalar, Dimension6>(shape, shares),
            10 when knownSize => new FullGramWorkspace<TLane, TScalar, Dimension11>(shape, shares),
            _ => new FullGramWorkspace<TLane, TScalar, AnyDimension>(shape, shares),
        };
}

/// <summary>What one thread needs to take a bundle through layers of full matrices and back; all matrices are (d+1) × (d+1).</summary>
internal sealed unsafe class FullGramWorkspace<TLane, TScalar, TSize> : GramPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TSize : struct, IDimension
{
    public FullGramWorkspace(NonlinearRegressionShape shape, int shares)
        : base(shape.ParameterCount, new(shape.Dimension, HasSquare: true), RoomFor(shape), shares)
    {
        Shape = shape;
        Size = shape.Dimension + 1;
        LayerLength = FullGramLayer<TLane>.Length(Size, shape.Heads);
        Layers = Take(shape.Layers * LayerLength);
        Upper = new(Take(FullGramVectors<TLane>.Length(Size, shape.Heads)), Size, shape.Heads);
        BarT = Take(Size * Size);
        R = Take(Size * Size);
        HT = Take(Size * Size);
        E = Take(Size * Size);
        H = Take(Size * Size);
        BarQuery = Take(Size);
        HandedDown = Take(Size);
    }

    public NonlinearRegressionShape Shape { get; }

    /// <summary>d + 1.</summary>
    public int Size { get; }

    public GramLayout Layout => new(Shape.Dimension, HasSquare: true);

    public TLane* Layers { get; }

    public int LayerLength { get; }

    /// <summary>The two upper layers.</summary>
    public FullGramVectors<TLane> Upper { get; }

    public TLane* BarT { get; }

    /// <summary>S̄ᵀ = T̄ᵀ P of one head.</summary>
    public TLane* R { get; }

    public TLane* HT { get; }

    /// <summary>What adds to Ḡ with its transpose.</summary>
    public TLane* E { get; }

    /// <summary>H = 2Ḡ.</summary>
    public TLane* H { get; }

    public TLane* BarQuery { get; }

    /// <summary>Tᵀ q̄.</summary>
    public TLane* HandedDown { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(TScalar* parameters, TLane* statistics, nint stride)
        => FullGramKernel<TLane, TScalar, TSize>.Forward(this, parameters, statistics, stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(TScalar* parameters) => FullGramKernel<TLane, TScalar, TSize>.Backward(this, parameters);

    public FullGramLayer<TLane> Layer(int index) => new(Layers + ((long)index * LayerLength), Size);

    private static long RoomFor(NonlinearRegressionShape shape)
    {
        int size = shape.Dimension + 1;
        return ((long)shape.Layers * FullGramLayer<TLane>.Length(size, shape.Heads)) + FullGramVectors<TLane>.Length(size, shape.Heads)
            + (5L * size * size) + (2L * size);
    }
}

/// <summary>What the forward pass leaves of a layer for the reverse pass.</summary>
internal readonly unsafe struct FullGramLayer<TLane>(TLane* memory, int size)
    where TLane : unmanaged
{
    public TLane* G => memory;

    public TLane* T => memory + (size * size);

    /// <summary>M = T G.</summary>
    public TLane* M => memory + (2 * size * size);

    /// <summary>The query's row.</summary>
    public TLane* Query => memory + (3 * size * size);

    /// <summary>S_h = G Q_hᵀ.</summary>
    public TLane* S(int head) => Query + size + (head * size * size);

    public static int Length(int size, int heads) => ((3 + heads) * size * size) + size;
}

/// <summary>
/// The vectors of the two upper layers, as rows. A and B have 2 heads + 1 rows each: q̄ and q, then for each head of the top layer u and p,
/// and r e and r c.
/// </summary>
internal readonly unsafe struct FullGramVectors<TLane>(TLane* memory, int size, int heads)
    where TLane : unmanaged
{
    private int Rows => (2 * heads) + 1;

    public TLane* A => memory;

    public TLane* B => memory + (Rows * size);

    /// <summary>A Tᵀ-wards, A T: q̄ as it is handed down, then a and b of each head of the top layer.</summary>
    public TLane* AT => memory + (2 * Rows * size);

    /// <summary>B Tᵀ: the query's row of the top layer, then ū and p̄ of each of its heads.</summary>
    public TLane* BT => memory + (3 * Rows * size);

    /// <summary>A P_h, of a head of the layer below the top.</summary>
    public TLane* AP(int head) => memory + ((4 + (4 * head)) * Rows * size);

    /// <summary>A P_h G.</summary>
    public TLane* APG(int head) => memory + ((5 + (4 * head)) * Rows * size);

    /// <summary>B Q_h.</summary>
    public TLane* BQ(int head) => memory + ((6 + (4 * head)) * Rows * size);

    /// <summary>B Q_h G.</summary>
    public TLane* BQG(int head) => memory + ((7 + (4 * head)) * Rows * size);

    public static int Length(int size, int heads) => 4 * (1 + heads) * ((2 * heads) + 1) * size;
}
