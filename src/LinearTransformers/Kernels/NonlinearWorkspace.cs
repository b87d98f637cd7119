using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>What one thread needs to take a bundle of prompts through the nonlinear-regression model and back.</summary>
internal sealed unsafe class NonlinearWorkspace<TLane, TScalar, TDim, TSize> : TokenPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
    where TSize : struct, IDimension
{
    public NonlinearWorkspace(NonlinearRegressionShape shape, int contextLength, int shares)
        : base(shape.ParameterCount, ((contextLength + 1) * (shape.Dimension + 1)) + 1, RoomFor(shape, contextLength), shares)
    {
        Shape = shape;
        ContextLength = contextLength;
        int tokens = contextLength + 1;
        int size = shape.Dimension + 1;
        int matrix = shape.MatrixSize;
        LayerLength = LayerLengthOf(shape);
        Layers = Take(shape.Layers * LayerLength);
        Hidden = Take(tokens * shape.Hidden);
        BarHidden = Take(tokens * shape.Hidden);
        BarFeatures = Take(tokens * shape.Dimension);
        Tokens = Take(tokens * size);
        BarT = Take(matrix);
        R = Take(matrix);
        E = Take(matrix);
        H = Take(matrix);
        HT = Take(matrix);
        BarU = Take(matrix);
        BarQuery = Take(size);
        BarQueryBelow = Take(size);
        BarS = Take(size);
    }

    public NonlinearRegressionShape Shape { get; }

    public int ContextLength { get; }

    public TLane* Layers { get; }

    public int LayerLength { get; }

    /// <summary>The prompts of the last <see cref="Forward"/>.</summary>
    public TLane* Prompts { get; private set; }

    /// <summary>relu(W₀ x + b₀) of all tokens, [N + 1, hidden].</summary>
    public TLane* Hidden { get; }

    public TLane* BarHidden { get; }

    /// <summary>Adjoints of W₁ relu(…) + b₁, [N + 1, d].</summary>
    public TLane* BarFeatures { get; }

    /// <summary>z = (features, label) of all tokens, [N + 1, d + 1].</summary>
    public TLane* Tokens { get; }

    public TLane* BarT { get; }

    /// <summary>S̄ᵀ = T̄ᵀ P of one head.</summary>
    public TLane* R { get; }

    /// <summary>Σ_h S̄_h Q_h, whose symmetric part adds to Ḡ.</summary>
    public TLane* E { get; }

    /// <summary>H = 2Ḡ.</summary>
    public TLane* H { get; }

    public TLane* HT { get; }

    public TLane* BarU { get; }

    public TLane* BarQuery { get; }

    public TLane* BarQueryBelow { get; }

    public TLane* BarS { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TLane Forward(TScalar* parameters, TLane* prompts, TLane overN)
    {
        Prompts = prompts;
        return NonlinearKernel<TLane, TScalar, TDim, TSize>.Forward(this, parameters, prompts, overN);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(TScalar* parameters, TLane residual, TLane overN)
        => NonlinearKernel<TLane, TScalar, TDim, TSize>.Backward(this, parameters, residual, overN);

    private static int LayerLengthOf(NonlinearRegressionShape shape)
        => ((3 + shape.Heads) * shape.MatrixSize) + ((1 + (2 * shape.Heads)) * (shape.Dimension + 1));

    private static long RoomFor(NonlinearRegressionShape shape, int contextLength)
    {
        int size = shape.Dimension + 1;
        return ((long)shape.Layers * LayerLengthOf(shape)) + ((contextLength + 1L) * ((2 * shape.Hidden) + shape.Dimension + size))
            + (6L * shape.MatrixSize) + (3L * size);
    }

    public NonlinearLayer<TLane> Layer(int index) => new(Layers + ((long)index * LayerLength), Shape.Dimension + 1, Shape.Heads);
}

/// <summary>What the forward pass leaves of a layer for the reverse pass; all matrices are (d+1) × (d+1).</summary>
internal readonly unsafe struct NonlinearLayer<TLane>(TLane* memory, int size, int heads)
    where TLane : unmanaged
{
    public TLane* G => memory;

    public TLane* T => memory + (size * size);

    /// <summary>M = T G.</summary>
    public TLane* M => memory + (2 * size * size);

    /// <summary>The query's row.</summary>
    public TLane* Query => memory + (3 * size * size);

    /// <summary>u_h = Q_hᵀ q; the top layer's.</summary>
    public TLane* U(int head) => Query + size + (head * size);

    /// <summary>s_h = G u_h; the top layer's.</summary>
    public TLane* SmallS(int head) => U(heads) + (head * size);

    /// <summary>S_h = G Q_hᵀ.</summary>
    public TLane* S(int head) => SmallS(heads) + (head * size * size);
}
