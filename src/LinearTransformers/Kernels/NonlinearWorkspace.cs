using LinearTransformers.Models;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>What one thread needs to take a bundle of prompts through the nonlinear-regression model and back.</summary>
internal sealed unsafe class NonlinearWorkspace<TLane, TScalar> : TokenPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    private readonly AlignedBuffer<TLane> _memory;

    public NonlinearWorkspace(NonlinearRegressionShape shape, int contextLength)
    {
        Shape = shape;
        ContextLength = contextLength;
        int tokens = contextLength + 1;
        int size = shape.Dimension + 1;
        int matrix = shape.MatrixSize;
        LayerLength = ((3 + shape.Heads) * matrix) + ((1 + (2 * shape.Heads)) * size);
        _memory = new(
            shape.ParameterCount + ((long)shape.Layers * LayerLength) + ((long)tokens * (size + 1)) + ((long)tokens * ((2 * shape.Hidden) + (2 * shape.Dimension) + size)) + (6L * matrix) + (3L * size));

        TLane* next = _memory.Pointer;
        Gradient = Take(shape.ParameterCount);
        Layers = Take(shape.Layers * LayerLength);
        Lifted = Take(tokens * (size + 1));
        Covariates = Take(tokens * shape.Dimension);
        Hidden = Take(tokens * shape.Hidden);
        BarHidden = Take(tokens * shape.Hidden);
        Features = Take(tokens * shape.Dimension);
        Tokens = Take(tokens * size);
        BarT = Take(matrix);
        R = Take(matrix);
        E = Take(matrix);
        H = Take(matrix);
        HT = Take(matrix);
        Room = Take(matrix);
        BarQuery = Take(size);
        BarQueryBelow = Take(size);
        BarS = Take(size);

        TLane* Take(int length)
        {
            TLane* taken = next;
            next += length;
            return taken;
        }
    }

    public NonlinearRegressionShape Shape { get; }

    public int ContextLength { get; }

    public override TLane* Gradient { get; }

    public TLane* Layers { get; }

    public int LayerLength { get; }

    public override TLane* Lifted { get; }

    /// <summary>x of all tokens, [N + 1, d].</summary>
    public TLane* Covariates { get; }

    /// <summary>relu(W₀ x + b₀) of all tokens, [N + 1, hidden].</summary>
    public TLane* Hidden { get; }

    public TLane* BarHidden { get; }

    /// <summary>W₁ relu(…) + b₁, and later its adjoint, [N + 1, d].</summary>
    public TLane* Features { get; }

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

    public TLane* Room { get; }

    public TLane* BarQuery { get; }

    public TLane* BarQueryBelow { get; }

    public TLane* BarS { get; }

    public override TLane Forward(TScalar* parameters, TLane* prompts, TLane overN)
        => NonlinearKernel<TLane, TScalar>.Forward(this, parameters, prompts, overN);

    public override void Backward(TScalar* parameters, TLane residual, TLane overN)
        => NonlinearKernel<TLane, TScalar>.Backward(this, parameters, residual, overN);

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
