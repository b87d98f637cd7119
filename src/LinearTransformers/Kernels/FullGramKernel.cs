using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a linear transformer with full matrices and its gradient, a bundle of prompts at a time, in Gram space: with rows
/// z = (x, y), G = (1/N) Σ z zᵀ of the context and the query's row q = (x_q, 0) are all that a layer needs. All matrices are (d+1) × (d+1).
/// <para>Forward, layer by layer, up to the one that is handed to the layer below the top:</para>
/// <code>
/// S_h = G Q_hᵀ    T = I + Σ_h P_h S_h    M = T G    q ← T q    G ← M Tᵀ
/// </code>
/// <para>
/// The top layer needs the last entry of q only. With q' = T q, u_h = Q'_hᵀ q' and p_h the last row of P'_h, where a dash is for the top
/// layer, it is q'_d + Σ_h p_hᵀ T G Tᵀ u_h, so that T of the layer below the top is met only where it takes vectors and is not formed:
/// </para>
/// <code>
/// T z = z + Σ_k P_k G Q_kᵀ z    Tᵀ z = z + Σ_k Q_k G P_kᵀ z
/// a_h = Tᵀ u_h    b_h = Tᵀ p_h    c_h = G a_h    e_h = G b_h    r = q'_d + Σ_h b_hᵀ c_h + y_q
/// </code>
/// <para>Backward from the residual r (bars are adjoints of half its square, H = 2Ḡ), the two upper layers:</para>
/// <code>
/// ū_h = T (r e_h)    p̄_h = T (r c_h)    P̄'_h += e_d p̄_hᵀ    Q̄'_h += q' ū_hᵀ    q̄' = r e_d + Σ_h Q'_h ū_h
/// A = (q̄', u_1, p_1, u_2, …), B = (q, r e_1, r c_1, r e_2, …) as rows:    T̄ = Aᵀ B
/// P̄_k += Aᵀ (B Q_k G)    Q̄_k += Bᵀ (A P_k G)    q̄ = Tᵀ q̄'
/// E = Σ_k (A P_k)ᵀ (B Q_k) + Σ_h r b_h a_hᵀ    H = E + Eᵀ
/// </code>
/// <para>and every layer below:</para>
/// <code>
/// T̄ = q̄ qᵀ + H M    P̄_h += T̄ S_hᵀ    R_h = T̄ᵀ P_h    Q̄_h += R_h G    E = Σ_h R_hᵀ Q_h
/// q̄ ← Tᵀ q̄    H ← Tᵀ H T + E + Eᵀ
/// </code>
/// <para>A single layer is the top one, whose G is the prompt's: T = I in the lines above.</para>
/// </summary>
/// <typeparam name="TLane">The lanes.</typeparam>
/// <typeparam name="TScalar">A lane's number.</typeparam>
/// <typeparam name="TSize">d + 1.</typeparam>
internal static unsafe partial class FullGramKernel<TLane, TScalar, TSize>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TSize : struct, IDimension
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Residuals of a bundle; leaves every layer's state in the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(FullGramWorkspace<TLane, TScalar, TSize> work, TScalar* parameters, TLane* statistics, nint stride)
    {
        NonlinearRegressionShape shape = work.Shape;
        int size = Known(work.Size);
        FullGramLayer<TLane> layer = work.Layer(0);
        Load(work.Layout, layer, statistics, stride, size);
        for (int l = 0; l < shape.Layers - 2; l++)
        {
            FullGramLayer<TLane> next = work.Layer(l + 1);
            ForwardLayer(shape, parameters + shape.OffsetOfP(l, 0), layer, next, size);
            layer = next;
        }

        TScalar* top = parameters + shape.OffsetOfP(shape.Layers - 1, 0);
        if (shape.Layers == 1)
        {
            ForwardSingle(work, top, layer, size);
        }
        else
        {
            ForwardUpper(work, parameters + shape.OffsetOfP(shape.Layers - 2, 0), top, layer, size);
        }

        *work.Residual += statistics[work.Layout.Label * stride];
    }

    /// <summary>
    /// Adds the gradient of half the squared residual of each lane to the workspace's sums; after <see cref="Forward"/> of the same bundle.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(FullGramWorkspace<TLane, TScalar, TSize> work, TScalar* parameters)
    {
        NonlinearRegressionShape shape = work.Shape;
        int size = Known(work.Size);
        if (shape.Layers == 1)
        {
            BackwardSingle(work, work.Gradient, work.Layer(0), size);
            return;
        }

        int below = shape.Layers - 2;
        BackwardUpper(work, parameters + shape.OffsetOfP(below, 0), parameters + shape.OffsetOfP(below + 1, 0),
            work.Gradient + shape.OffsetOfP(below, 0), work.Gradient + shape.OffsetOfP(below + 1, 0), work.Layer(below), below == 0, size);
        for (int l = below - 1; l >= 0; l--)
        {
            int offset = shape.OffsetOfP(l, 0);
            BackwardLayer(work, parameters + offset, work.Gradient + offset, work.Layer(l), l == 0, size);
        }
    }

    /// <summary>G and q.</summary>
    [MethodImpl(Apart)]
    private static void Load(GramLayout layout, FullGramLayer<TLane> layer, TLane* statistics, nint stride, int size)
    {
        size = Known(size);
        TLane* entry = statistics;
        for (int i = 0; i < size; i++)
        {
            // The last row but its last entry is g.
            for (int j = 0; j <= i && entry < statistics + (layout.Query * stride); j++)
            {
                layer.G[(i * size) + j] = *entry;
                layer.G[(j * size) + i] = *entry;
                entry += stride;
            }
        }

        layer.G[(size * size) - 1] = statistics[layout.Square * stride];
        for (int i = 0; i < size - 1; i++)
        {
            layer.Query[i] = statistics[(layout.Query + i) * stride];
        }

        layer.Query[size - 1] = TLane.Zero;
    }

    /// <summary>C = start + A·B, square matrices.</summary>
    [MethodImpl(Apart)]
    private static void Product<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        size = Known(size);
        LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, AnyDimension, TSize, TSize>(c, size, start, a, b, size, size, size);
    }

    /// <summary>The same for a product known to be symmetric.</summary>
    [MethodImpl(Apart)]
    private static void SymmetricProduct<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        => LaneProduct.MultiplySymmetric<TLane, TScalar, TStart, TA, TB>(c, start, a, b, Known(size));

    /// <summary>c = start + a·B, a row.</summary>
    [MethodImpl(Apart)]
    private static void Row<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        size = Known(size);
        LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, Dimension1, TSize, TSize>(c, size, start, a, b, 1, size, size);
    }

    /// <summary>C = start + A·B, A and C of two rows, C's so far apart.</summary>
    [MethodImpl(Apart)]
    private static void Pair<TStart, TA, TB>(TLane* c, int stride, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        size = Known(size);
        LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, Dimension2, TSize, TSize>(c, stride, start, a, b, 2, size, size);
    }

    /// <summary>C += Aᵀ·B, A and B of so many rows.</summary>
    [MethodImpl(Apart)]
    private static void AddRanks(TLane* c, TLane* a, TLane* b, int rows, int size)
    {
        size = Known(size);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TSize>, Columns<TLane, TSize>, Rows<TLane, TSize>, AnyDimension, AnyDimension,
            TSize>(c, size, new(c, size), new(a, size), new(b, size), size, rows, size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Rows<TLane, TSize> Rows(TLane* matrix, int size) => new(matrix, size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Columns<TLane, TSize> Transposed(TLane* matrix, int size) => new(matrix, size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ParameterRows<TLane, TScalar, TSize> Parameters(TScalar* matrix, int size) => new(matrix, size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ParameterColumns<TLane, TScalar, TSize> TransposedParameters(TScalar* matrix, int size) => new(matrix, size);

    /// <summary>The size as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Known(int size) => TSize.Known != 0 ? TSize.Known : size;
}
