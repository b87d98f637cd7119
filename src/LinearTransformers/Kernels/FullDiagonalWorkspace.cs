using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// Makes what takes statistics through layers of diagonal matrices that see labels. Parameters are the weights W of each layer, (d+1) ×
/// (d+1), as <see cref="DiagonalLoss{T}"/> has them.
/// </summary>
/// <param name="layers">Layers.</param>
/// <param name="dimension">d.</param>
/// <param name="knownSize">Whether sizes d + 1 = 6 and 11 are known to the compiler.</param>
internal sealed class FullDiagonalPasses(int layers, int dimension, bool knownSize = true) : IGramPassFactory
{
    public int ParameterCount => layers * (dimension + 1) * (dimension + 1);

    public GramLayout Statistics => new(dimension, HasSquare: true);

    public GramPass<TLane, TScalar> Create<TLane, TScalar>(int shares)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        => dimension switch
        {
            5 when knownSize => new FullDiagonalWorkspace<TLane, TScalar, Dimension6>(layers, dimension, shares),
            10 when knownSize => new FullDiagonalWorkspace<TLane, TScalar, Dimension11>(layers, dimension, shares),
            _ => new FullDiagonalWorkspace<TLane, TScalar, AnyDimension>(layers, dimension, shares),
        };
}

/// <summary>What one thread needs to take a bundle through layers of diagonal matrices that see labels, and back.</summary>
internal sealed unsafe class FullDiagonalWorkspace<TLane, TScalar, TSize> : GramPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TSize : struct, IDimension
{
    private const int NoHeads = 0;

    private readonly TLane* _layers;

    public FullDiagonalWorkspace(int layers, int dimension, int shares)
        : base(layers * (dimension + 1) * (dimension + 1), new(dimension, HasSquare: true), RoomFor(layers, dimension + 1), shares)
    {
        Layers = layers;
        Size = dimension + 1;
        Layout = new(dimension, HasSquare: true);
        _layers = Take(layers * FullGramLayer<TLane>.Length(Size, NoHeads));
        BarT = Take(Size * Size);
        HT = Take(Size * Size);
        E = Take(Size * Size);
        H = Take(Size * Size);
        BarQuery = Take(Size);
        BarRow = Take(Size);
        BarM = Take(Size);
        HandedDown = Take(Size);
    }

    public int Layers { get; }

    /// <summary>d + 1.</summary>
    public int Size { get; }

    public GramLayout Layout { get; }

    public TLane* BarT { get; }

    public TLane* HT { get; }

    /// <summary>What adds to Ḡ with its transpose.</summary>
    public TLane* E { get; }

    /// <summary>H = 2Ḡ.</summary>
    public TLane* H { get; }

    public TLane* BarQuery { get; }

    /// <summary>γ̄ of the top layer.</summary>
    public TLane* BarRow { get; }

    /// <summary>m̄ of the layer below the top.</summary>
    public TLane* BarM { get; }

    /// <summary>A vector on its way down: Tᵀ q̄, or G m̄.</summary>
    public TLane* HandedDown { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(TScalar* parameters, TLane* statistics, nint stride)
        => FullGramKernel<TLane, TScalar, TSize>.ForwardDiagonal(this, parameters, statistics, stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(TScalar* parameters) => FullGramKernel<TLane, TScalar, TSize>.BackwardDiagonal(this, parameters);

    public FullGramLayer<TLane> Layer(int index) => new(_layers + ((long)index * FullGramLayer<TLane>.Length(Size, NoHeads)), Size);

    private static long RoomFor(int layers, int size)
        => ((long)layers * FullGramLayer<TLane>.Length(size, NoHeads)) + (4L * size * size) + (4L * size);
}
