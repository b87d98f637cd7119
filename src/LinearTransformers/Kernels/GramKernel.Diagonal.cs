using System.Runtime.CompilerServices;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <content>
/// Layers of diagonal matrices. With the diagonals p_h and q_h as vectors, P_h G Q_hᵀ is (p_h q_hᵀ) ∘ G, entry by entry. So of all heads a
/// layer needs s = Σ_h q_h and W = Σ_h p_h q_hᵀ only:
/// <code>
/// v = s ∘ g    T = I + W ∘ G        s̄ += v̄ ∘ g    W̄ += T̄ ∘ G    E = ū vᵀ + W ∘ T̄    ḡ ← ū + s ∘ v̄
/// </code>
/// and everything else is as for matrices, T̄ of the layer below the last being x̄_q x_qᵀ + ḡ uᵀ. Parameters are those of one head, with W
/// in the place of P and s in that of Q's first row.
/// </content>
internal static unsafe partial class GramKernel<TLane, TScalar, TDim>
{
    /// <summary>As <see cref="Forward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TLane ForwardDiagonal(GramWorkspace<TLane, TScalar, TDim> work, TScalar* parameters, TLane* statistics, nint stride)
    {
        LinearTransformerShape shape = work.Shape;
        int d = Size(shape);
        GramLayer<TLane> layer = work.Layer(0);
        TLane prediction = Load(statistics, stride, layer.G, layer.Cross, layer.Query, d);
        for (int l = 0; ; l++)
        {
            Times(layer.V, parameters + shape.OffsetOfQ(l, 0), layer.Cross, d);
            prediction += Dot(layer.Query, layer.V, d);
            if (l == shape.Layers - 1)
            {
                return prediction;
            }

            GramLayer<TLane> next = work.Layer(l + 1);
            VectorU(layer, d);
            WeightedT(layer.T, parameters + shape.OffsetOfP(l, 0), layer.G, d);
            if (l < shape.Layers - 2)
            {
                MatrixM(layer.M, layer.T, layer.G, d);
                NextG(next.G, layer.M, layer.T, d);
            }

            NextVectors(layer, next, d);
            layer = next;
        }
    }

    /// <summary>As <see cref="Backward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackwardDiagonal(GramWorkspace<TLane, TScalar, TDim> work, TScalar* parameters, TLane* residual)
    {
        LinearTransformerShape shape = work.Shape;
        int d = Size(shape);
        int top = shape.Layers - 1;
        TopOfDiagonals(work, work.Layer(top), parameters + shape.OffsetOfQ(top, 0), work.Gradient + shape.OffsetOfQ(top, 0), residual, d);
        for (int l = top - 1; l >= 0; l--)
        {
            GramLayer<TLane> layer = work.Layer(l);
            TScalar* w = parameters + shape.OffsetOfP(l, 0);
            AdjointsThroughT(work, layer, d);
            AdjointOfV(work, layer, residual, d);
            if (l == top - 1)
            {
                RankTwoT(work, layer, d);
            }
            else
            {
                AdjointOfT(work, layer, d);
            }

            AdjointsOfWeights(work, layer, work.Gradient + shape.OffsetOfP(l, 0), d);
            if (l == 0)
            {
                return;
            }

            WeightedE(work, layer, w, d);
            HandDownThroughDiagonal(work, layer, w + shape.MatrixSize, residual, d);
            if (l == top - 1)
            {
                FirstH(work, d);
            }
            else
            {
                MatrixHT(work, layer, d);
                NextH(work, layer, d);
            }
        }
    }

    /// <summary>A vector of parameters times one of bundles, entry by entry.</summary>
    [MethodImpl(Apart)]
    private static void Times(TLane* product, TScalar* s, TLane* vector, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            product[i] = TLane.Broadcast(s[i]) * vector[i];
        }
    }

    /// <summary>T = I + W ∘ G.</summary>
    [MethodImpl(Apart)]
    private static void WeightedT(TLane* t, TScalar* w, TLane* g, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                TLane product = TLane.Broadcast(w[(i * d) + j]) * g[(i * d) + j];
                t[(i * d) + j] = i == j ? TLane.One + product : product;
            }
        }
    }

    /// <summary>The last layer: v̄ = ȳ x_q, s̄ += v̄ ∘ g, and down go x̄_q = ȳ v, ḡ = s ∘ v̄.</summary>
    [MethodImpl(Apart)]
    private static void TopOfDiagonals(
        GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TScalar* s, TLane* barS, TLane* residual, int d)
    {
        d = Constant(d);
        TLane barY = *residual;
        for (int i = 0; i < d; i++)
        {
            TLane barV = barY * layer.Query[i];
            TLane.Accumulate(barV, layer.Cross[i], ref barS[i]);
            work.BarQuery[i] = barY * layer.V[i];
            work.BarCross[i] = TLane.Broadcast(s[i]) * barV;
        }
    }

    /// <summary>T̄ = x̄_q x_qᵀ + ḡ uᵀ.</summary>
    [MethodImpl(Apart)]
    private static void RankTwoT(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                work.BarT[(i * d) + j] = TLane.FusedMultiplyAdd(
                    work.BarQuery[i], layer.Query[j], work.BarCross[i] * layer.U[j]);
            }
        }
    }

    /// <summary>W̄ += T̄ ∘ G, s̄ += v̄ ∘ g.</summary>
    [MethodImpl(Apart)]
    private static void AdjointsOfWeights(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TLane* barW, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d * d; i++)
        {
            TLane.Accumulate(work.BarT[i], layer.G[i], ref barW[i]);
        }

        for (int i = 0; i < d; i++)
        {
            TLane.Accumulate(work.BarV[i], layer.Cross[i], ref barW[(d * d) + i]);
        }
    }

    /// <summary>E = ū vᵀ + W ∘ T̄.</summary>
    [MethodImpl(Apart)]
    private static void WeightedE(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TScalar* w, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                work.E[(i * d) + j] = TLane.FusedMultiplyAdd(
                    TLane.Broadcast(w[(i * d) + j]), work.BarT[(i * d) + j], work.BarU[i] * layer.V[j]);
            }
        }
    }

    /// <summary>x̄_q ← Tᵀ x̄_q + ȳ v, ḡ ← ū + s ∘ v̄.</summary>
    [MethodImpl(Apart)]
    private static void HandDownThroughDiagonal(
        GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TScalar* s, TLane* residual, int d)
    {
        d = Constant(d);
        TLane barY = *residual;
        for (int i = 0; i < d; i++)
        {
            work.BarQuery[i] = TLane.FusedMultiplyAdd(barY, layer.V[i], work.HandedDown[i]);
            work.BarCross[i] = TLane.FusedMultiplyAdd(TLane.Broadcast(s[i]), work.BarV[i], work.BarU[i]);
        }
    }
}
