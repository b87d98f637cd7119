using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The loss of the nonlinear-regression model and its gradient, a bundle of prompts at a time. A network acts on every covariate,
/// token by token; then, as all rows z of the prompt are moved by the same linear map, G = (1/N) Σ z zᵀ and the query's row q are
/// all that a layer needs.
/// <para>Forward:</para>
/// <code>
/// a = relu(W₀ x + b₀)    φ = W₁ a + b₁    z = (φ, y), the query's y being 0
/// S_h = G Q_hᵀ    T = I + Σ_h P_h S_h    M = T G    q ← T q    G ← M Tᵀ
/// </code>
/// <para>The top layer needs the last entry of q only: with u_h = Q_hᵀ q and s_h = G u_h it is q_d + Σ_h p_hᵀ s_h, p_h the last row of
/// P_h.</para>
/// <para>Backward from the residual r, the last entry and the label (bars are adjoints of half its square, H = 2Ḡ):</para>
/// <code>
/// p̄_h += r s_h    s̄ = r p_h    ū = G s̄    Q̄_h += q ūᵀ    H = Σ_h s̄ u_hᵀ + u_h s̄ᵀ    q̄ = r e_d + Σ_h Q_h ū
/// T̄ = q̄ qᵀ + H M    P̄_h += T̄ S_hᵀ    R_h = T̄ᵀ P_h    Q̄_h += R_h G    E = Σ_h R_hᵀ Q_h
/// q̄ ← Tᵀ q̄    H ← Tᵀ H T + E + Eᵀ
/// z̄ = (1/N) H z in the context, q̄ at the query    φ̄ its first d entries
/// W̄₁ += φ̄ aᵀ    b̄₁ += φ̄    ā = W₁ᵀ φ̄ where a &gt; 0    W̄₀ += ā xᵀ    b̄₀ += ā
/// </code>
/// </summary>
/// <typeparam name="TLane">The lanes.</typeparam>
/// <typeparam name="TScalar">A lane's number.</typeparam>
/// <typeparam name="TDim">d.</typeparam>
/// <typeparam name="TSize">d + 1.</typeparam>
internal static unsafe partial class NonlinearKernel<TLane, TScalar, TDim, TSize>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
    where TSize : struct, IDimension
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Residuals of a bundle; leaves every layer's state in the workspace.</summary>
    /// <param name="work">Where.</param>
    /// <param name="parameters">In the layout of <see cref="NonlinearRegressionShape"/>.</param>
    /// <param name="tokens">Z and the label behind it.</param>
    /// <param name="overN">1/N.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TLane Forward(NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* parameters, TLane* tokens, TLane overN)
    {
        Embed(work, parameters, tokens, overN);
        return ForwardLayers(work, parameters, tokens[(work.ContextLength + 1) * (work.Shape.Dimension + 1)], from: 0);
    }

    /// <summary>What the bottom layer is given: G of the rows that the network makes, and the query's row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Embed(NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* parameters, TLane* tokens, TLane overN)
    {
        int size = work.Shape.Dimension + 1;
        Network(work, parameters, tokens);
        NonlinearLayer<TLane> layer = work.Layer(0);
        Product(layer.G, default(ZeroMatrix<TLane, TScalar>), new Columns<TLane, TSize>(work.Tokens, size),
            new Rows<TLane, TSize>(work.Tokens, size), work.ContextLength, size);
        Scale(layer.G, overN, work.Shape.MatrixSize);
        Copy(work.Tokens + ((long)work.ContextLength * size), layer.Query, size);
    }

    /// <summary>Residuals from what a layer is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TLane ForwardLayers(NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* parameters, TLane label, int from)
    {
        NonlinearRegressionShape shape = work.Shape;
        NonlinearLayer<TLane> layer = work.Layer(from);
        for (int l = from; l < shape.Layers - 1; l++)
        {
            NonlinearLayer<TLane> next = work.Layer(l + 1);
            ForwardLayer(shape, parameters + shape.OffsetOfP(l, 0), layer, next);
            layer = next;
        }

        return Top(shape, parameters + shape.OffsetOfP(shape.Layers - 1, 0), layer) + label;
    }

    /// <summary>
    /// Adds the gradient of half the squared residual of each lane to the workspace's sums; after <see cref="Forward"/> of the same bundle.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* parameters, TLane residual, TLane overN)
    {
        NonlinearRegressionShape shape = work.Shape;
        int top = shape.Layers - 1;
        BackwardTop(work, parameters + shape.OffsetOfP(top, 0), work.Gradient + shape.OffsetOfP(top, 0), work.Layer(top), residual);
        for (int l = top - 1; l >= 0; l--)
        {
            BackwardLayer(work, parameters + shape.OffsetOfP(l, 0), work.Gradient + shape.OffsetOfP(l, 0), work.Layer(l));
        }

        BackwardNetwork(work, parameters, overN);
    }

    /// <summary>C = start + A·B, square matrices of d + 1 rows.</summary>
    [MethodImpl(Apart)]
    private static void Product<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        size = Known<TSize>(size);
        LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, AnyDimension, AnyDimension, TSize>(c, size, start, a, b, size, size, size);
    }

    /// <summary>c = start + a·B, vectors of d + 1 entries as rows.</summary>
    [MethodImpl(Apart)]
    private static void VectorProduct<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        size = Known<TSize>(size);
        LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, Dimension1, AnyDimension, TSize>(c, size, start, a, b, 1, size, size);
    }

    /// <summary>C = start + A·B of d + 1 rows and columns, with any number of terms in a sum.</summary>
    [MethodImpl(Apart)]
    private static void Product<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int inner, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        size = Known<TSize>(size);
        LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, AnyDimension, AnyDimension, TSize>(c, size, start, a, b, size, inner, size);
    }

    /// <summary>The size as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Known<T>(int size)
        where T : struct, IDimension
        => T.Known > 0 ? T.Known : size;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(TLane* from, TLane* to, int length)
    {
        for (int i = 0; i < length; i++)
        {
            to[i] = from[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(TLane* values, TLane factor, int length)
    {
        for (int i = 0; i < length; i++)
        {
            values[i] = factor * values[i];
        }
    }
}
