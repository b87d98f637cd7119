using System.Runtime.CompilerServices;
using LinearTransformers.Models;
using LinearTransformers.Numerics;

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
/// </summary>
internal static unsafe partial class GramKernel<TLane, TScalar, TDim>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
{
    /// <summary>Residuals y_q + wᵀx_q of a bundle; leaves every layer's state in the workspace.</summary>
    public static TLane Forward(GramWorkspace<TLane, TScalar> work, TScalar* parameters, TLane* statistics)
    {
        LinearTransformerShape shape = work.Shape;
        int d = Size(shape);
        GramLayer<TLane> layer = work.Layer(0);
        TLane prediction = Load(statistics, layer.G, layer.Cross, layer.Query, d);
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
            for (int h = 0; h < shape.Heads; h++)
            {
                MatrixS(layer.S(h), layer.G, p + shape.MatrixSize, d);
                MatrixT(layer.T, p, layer.S(h), h == 0, d);
                p += 2 * shape.MatrixSize;
            }

            MatrixM(layer.M, layer.T, layer.G, d);
            NextG(next.G, layer.M, layer.T, d);
            Vectors(layer, next.Query, next.Cross, d);
            layer = next;
        }
    }

    /// <summary>
    /// Adds the gradient of half the squared residual of each lane to the workspace's sums; after
    /// <see cref="Forward"/> of the same bundle.
    /// </summary>
    public static void Backward(GramWorkspace<TLane, TScalar> work, TScalar* parameters, TLane* residual)
    {
        LinearTransformerShape shape = work.Shape;
        int d = Size(shape);
        int top = shape.Layers - 1;
        TopLayer(work, work.Layer(top), parameters + shape.OffsetOfP(top, 0), work.Gradient + shape.OffsetOfP(top, 0), residual, d);
        for (int l = top - 1; l >= 0; l--)
        {
            GramLayer<TLane> layer = work.Layer(l);
            AdjointsOfVectors(work, layer, residual, d);
            if (l == top - 1)
            {
                // Nothing above depends on G: H is zero.
                AdjointOfTWithoutH(work, layer, d);
            }
            else
            {
                AdjointOfT(work, layer, d);
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
                    MatrixE(work, layer, p + shape.MatrixSize, h == 0, d);
                }
            }

            if (l > 0)
            {
                HandDownVectors(work, layer, parameters + shape.OffsetOfP(l, 0), residual, shape.Heads, d);
                if (l == top - 1)
                {
                    NextHWithoutH(work, d);
                }
                else
                {
                    MatrixHT(work, layer, d);
                    NextH(work, layer, d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Size(LinearTransformerShape shape) => TDim.Known != 0 ? TDim.Known : shape.Dimension;

    /// <summary>d as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Constant(int d) => TDim.Known != 0 ? TDim.Known : d;
}
