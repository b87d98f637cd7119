using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a linear transformer and its gradient, a bundle of prompts at a time, in Gram space: every
/// token of a prompt is moved by the same linear map, so G = (1/N) Σ x xᵀ, g = (1/N) Σ x y and x_q are all a layer
/// needs, and the cost does not depend on the context length.
/// <para>Forward, layer by layer:</para>
/// <code>
/// v = Σ_h Q_h g                     y_q ← y_q + x_qᵀ v
/// S_h = G Q_hᵀ    T = I + Σ_h P_h S_h    M = T G    u = g + G v
/// x_q ← T x_q     g ← T u           G ← M Tᵀ
/// </code>
/// <para>The last layer needs y_q only. Backward from the residual y_q + wᵀx_q (bars are adjoints of half the squared
/// residual, H = 2Ḡ), layer by layer from the top, the adjoints of what the layer handed up coming in:</para>
/// <code>
/// ū = Tᵀ ḡ        v̄ = ȳ x_q + G ū
/// T̄ = x̄_q x_qᵀ + ḡ uᵀ + H M
/// P̄_h += T̄ S_hᵀ    R_h = S̄_hᵀ = T̄ᵀ P_h    Q̄_h += R_h G + v̄ gᵀ
/// E = ū vᵀ + Σ_h R_hᵀ Q_h
/// x̄_q ← Tᵀ x̄_q + ȳ v    ḡ ← ū + Σ_h Q_hᵀ v̄    H ← Tᵀ H T + E + Eᵀ
/// </code>
/// <para>
/// G does not go on from the layer below the last, so H is zero there, and T is met only where it takes two vectors: with Z of rows x_q and
/// u, and Z̄ of rows
/// x̄_q and ḡ, no matrix of the prompt's has to be formed. For three layers that saves a quarter of all operations.
/// </para>
/// <code>
/// Z ← Z + Σ_h Z Q_h G P_hᵀ        Tᵀ, row by row: Z̄ + Σ_h Z̄ P_h G Q_hᵀ
/// P̄_h += Z̄ᵀ (Z Q_h G)    Q̄_h += Zᵀ (Z̄ P_h G) + v̄ gᵀ    E = ū vᵀ + Σ_h (Z̄ P_h)ᵀ (Z Q_h)
/// </code>
/// </summary>
internal static unsafe partial class GramKernel<TLane, TScalar, TDim>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
{
    /// <summary>Residuals y_q + wᵀx_q of a bundle; leaves every layer's state in the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TLane Forward(GramWorkspace<TLane, TScalar, TDim> work, TScalar* parameters, TLane* statistics, nint stride)
    {
        LinearTransformerShape shape = work.Shape;
        int d = Size(shape);
        GramLayer<TLane> layer = work.Layer(0);
        TLane prediction = Load(statistics, stride, layer.G, layer.Cross, layer.Query, d);
        for (int l = 0; ; l++)
        {
            TScalar* p = parameters + shape.OffsetOfP(l, 0);
            VectorV(layer.V, p, layer.Cross, shape.Heads, d);
            prediction += Dot(layer.Query, layer.V, d);
            if (l == shape.Layers - 1)
            {
                return prediction;
            }

            GramLayer<TLane> next = work.Layer(l + 1);
            VectorU(layer, d);
            if (l == shape.Layers - 2)
            {
                for (int h = 0; h < shape.Heads; h++)
                {
                    NextVectorsOfHead(layer, next, p, h, d);
                    p += 2 * shape.MatrixSize;
                }

                layer = next;
                continue;
            }

            for (int h = 0; h < shape.Heads; h++)
            {
                MatrixS(layer.S(h), layer.G, p + shape.MatrixSize, d);
                MatrixT(layer.T, p, layer.S(h), h == 0, d);
                p += 2 * shape.MatrixSize;
            }

            MatrixM(layer.M, layer.T, layer.G, d);
            NextG(next.G, layer.M, layer.T, d);
            NextVectors(layer, next, d);
            layer = next;
        }
    }

    /// <summary>
    /// Adds the gradient of half the squared residual of each lane to the workspace's sums; after
    /// <see cref="Forward"/> of the same bundle.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(GramWorkspace<TLane, TScalar, TDim> work, TScalar* parameters, TLane* residual)
    {
        LinearTransformerShape shape = work.Shape;
        int d = Size(shape);
        int top = shape.Layers - 1;
        TopLayer(work, work.Layer(top), parameters + shape.OffsetOfP(top, 0), work.Gradient + shape.OffsetOfP(top, 0), residual, d);
        if (top > 0)
        {
            BelowTop(work, parameters, residual, top - 1, d);
        }

        for (int l = top - 2; l >= 0; l--)
        {
            GramLayer<TLane> layer = work.Layer(l);
            AdjointsThroughT(work, layer, d);
            AdjointOfV(work, layer, residual, d);
            AdjointOfT(work, layer, d);
            if (l > 0)
            {
                FirstE(work, layer, d);
            }

            for (int h = 0; h < shape.Heads; h++)
            {
                TScalar* p = parameters + shape.OffsetOfP(l, h);
                TLane* barP = work.Gradient + shape.OffsetOfP(l, h);
                TLane* barQ = barP + shape.MatrixSize;
                AdjointOfP(barP, work.BarT, layer.S(h), d);
                MatrixR(work.R, work.BarT, p, d);
                AdjointOfQ(barQ, work.R, layer.G, work.BarV, layer.Cross, d);
                if (l > 0)
                {
                    AddToE(work, p + shape.MatrixSize, d);
                }
            }

            if (l > 0)
            {
                HandDownVectors(work, layer, parameters + shape.OffsetOfP(l, 0), residual, shape.Heads, d);
                MatrixHT(work, layer, d);
                NextH(work, layer, d);
            }
        }
    }

    /// <summary>The layer below the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BelowTop(GramWorkspace<TLane, TScalar, TDim> work, TScalar* parameters, TLane* residual, int l, int d)
    {
        LinearTransformerShape shape = work.Shape;
        GramLayer<TLane> layer = work.Layer(l);
        TScalar* first = parameters + shape.OffsetOfP(l, 0);
        for (int h = 0; h < shape.Heads; h++)
        {
            AdjointsThroughHead(work, layer, first + (2 * h * shape.MatrixSize), h, d);
        }

        AdjointOfV(work, layer, residual, d);
        for (int h = 0; h < shape.Heads; h++)
        {
            TLane* barP = work.Gradient + shape.OffsetOfP(l, h);
            RankTwoAdjointOfP(barP, work, layer, h, d);
            RankTwoAdjointOfQ(barP + shape.MatrixSize, work, layer, h, d);
        }

        if (l > 0)
        {
            FirstE(work, layer, d);
            for (int h = 0; h < shape.Heads; h++)
            {
                RankTwoAddToE(work, layer, h, d);
            }

            HandDownVectors(work, layer, first, residual, shape.Heads, d);
            FirstH(work, d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Size(LinearTransformerShape shape) => TDim.Known != 0 ? TDim.Known : shape.Dimension;

    /// <summary>d as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Constant(int d) => TDim.Known != 0 ? TDim.Known : d;
}
