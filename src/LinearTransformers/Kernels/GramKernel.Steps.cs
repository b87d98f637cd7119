using System.Runtime.CompilerServices;

namespace LinearTransformers.Kernels;

/// <content>
/// One method for each line of the derivation. They are compiled apart from one another: a single method with all
/// products would pass the JIT's limits on locals and inlining.
/// </content>
internal static unsafe partial class GramKernel<TLane, TScalar, TDim>
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    [MethodImpl(Apart)]
    private static TLane Load(TLane* statistics, TLane* g, TLane* cross, TLane* query, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                TLane entry = *statistics++;
                g[i * d + j] = entry;
                g[j * d + i] = entry;
            }
        }

        for (int i = 0; i < d; i++)
        {
            cross[i] = statistics[i];
            query[i] = statistics[d + i];
        }

        return statistics[2 * d];
    }

    /// <summary>v = Σ_h Q_h g.</summary>
    [MethodImpl(Apart)]
    private static void VectorV(TLane* v, TScalar* p, TLane* cross, int heads, int d)
    {
        d = Constant(d);
        TScalar* q = p + d * d;
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Parameters<TLane, TScalar>>(
            v, default, new(cross, 0, 1), new(q, 1, d), 1, d, d);
        for (int h = 1; h < heads; h++)
        {
            q += 2 * d * d;
            LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Parameters<TLane, TScalar>>(
                v, new(v, 0, 1), new(cross, 0, 1), new(q, 1, d), 1, d, d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Dot(TLane* a, TLane* b, int d)
    {
        TLane sum = a[0] * b[0];
        for (int i = 1; i < d; i++)
        {
            sum = TLane.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    /// <summary>S = G Qᵀ.</summary>
    [MethodImpl(Apart)]
    private static void MatrixS(TLane* s, TLane* g, TScalar* q, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Parameters<TLane, TScalar>>(
            s, default, new(g, d, 1), new(q, 1, d), d, d, d);
    }

    /// <summary>T = I + P S, or T += P S.</summary>
    [MethodImpl(Apart)]
    private static void MatrixT(TLane* t, TScalar* p, TLane* s, bool first, int d)
    {
        d = Constant(d);
        if (first)
        {
            LaneProduct.Multiply<TLane, TScalar, IdentityMatrix<TLane, TScalar>, Parameters<TLane, TScalar>, Lanes<TLane>>(
                t, default, new(p, d, 1), new(s, d, 1), d, d, d);
        }
        else
        {
            LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Parameters<TLane, TScalar>, Lanes<TLane>>(
                t, new(t, d, 1), new(p, d, 1), new(s, d, 1), d, d, d);
        }
    }

    /// <summary>M = T G.</summary>
    [MethodImpl(Apart)]
    private static void MatrixM(TLane* m, TLane* t, TLane* g, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            m, default, new(t, d, 1), new(g, d, 1), d, d, d);
    }

    /// <summary>G ← M Tᵀ.</summary>
    [MethodImpl(Apart)]
    private static void NextG(TLane* next, TLane* m, TLane* t, int d)
    {
        d = Constant(d);
        LaneProduct.MultiplySymmetric<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            next, default, new(m, d, 1), new(t, 1, d), d);
    }

    /// <summary>u = g + G v, x_q ← T x_q, g ← T u.</summary>
    [MethodImpl(Apart)]
    private static void Vectors(GramLayer<TLane> layer, TLane* nextQuery, TLane* nextCross, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Lanes<TLane>>(
            layer.U, new(layer.Cross, 0, 1), new(layer.V, 0, 1), new(layer.G, d, 1), 1, d, d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            nextQuery, default, new(layer.Query, 0, 1), new(layer.T, 1, d), 1, d, d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            nextCross, default, new(layer.U, 0, 1), new(layer.T, 1, d), 1, d, d);
    }

    /// <summary>The last layer: v̄ = ȳ x_q, Q̄_h += v̄ gᵀ, and down go x̄_q = ȳ v, ḡ = Σ_h Q_hᵀ v̄.</summary>
    [MethodImpl(Apart)]
    private static void TopLayer(
        GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, TScalar* p, TLane* gradient, TLane* residual, int d)
    {
        d = Constant(d);
        TLane barY = *residual;
        for (int i = 0; i < d; i++)
        {
            work.BarV[i] = barY * layer.Query[i];
            work.BarQuery[i] = barY * layer.V[i];
            work.BarCross[i] = TLane.Zero;
        }

        for (int h = 0; h < work.Shape.Heads; h++)
        {
            TLane* barQ = gradient + d * d;
            LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Lanes<TLane>>(
                barQ, new(barQ, d, 1), new(work.BarV, 1, 0), new(layer.Cross, 0, 1), d, 1, d);
            LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Parameters<TLane, TScalar>>(
                work.BarCross, new(work.BarCross, 0, 1), new(work.BarV, 0, 1), new(p + d * d, d, 1), 1, d, d);
            p += 2 * d * d;
            gradient += 2 * d * d;
        }
    }

    /// <summary>ū = Tᵀ ḡ, v̄ = ȳ x_q + G ū.</summary>
    [MethodImpl(Apart)]
    private static void AdjointsOfVectors(GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, TLane* residual, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            work.BarU, default, new(work.BarCross, 0, 1), new(layer.T, d, 1), 1, d, d);
        TLane barY = *residual;
        for (int i = 0; i < d; i++)
        {
            work.BarV[i] = barY * layer.Query[i];
        }

        LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Lanes<TLane>>(
            work.BarV, new(work.BarV, 0, 1), new(work.BarU, 0, 1), new(layer.G, d, 1), 1, d, d);
    }

    /// <summary>T̄ = x̄_q x_qᵀ + ḡ uᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfTWithoutH(GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        TwoOuterProducts<TLane, TScalar> outer = new(work.BarQuery, layer.Query, work.BarCross, layer.U);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                work.BarT[i * d + j] = outer.At(i, j);
            }
        }
    }

    /// <summary>T̄ = x̄_q x_qᵀ + ḡ uᵀ + H M.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfT(GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, TwoOuterProducts<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            work.BarT, new(work.BarQuery, layer.Query, work.BarCross, layer.U), new(work.H, d, 1), new(layer.M, d, 1), d, d, d);
    }

    /// <summary>P̄ += T̄ Sᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfP(TLane* barP, TLane* barT, TLane* s, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Lanes<TLane>>(
            barP, new(barP, d, 1), new(barT, d, 1), new(s, 1, d), d, d, d);
    }

    /// <summary>R = T̄ᵀ P.</summary>
    [MethodImpl(Apart)]
    private static void MatrixR(TLane* r, TLane* barT, TScalar* p, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Parameters<TLane, TScalar>>(
            r, default, new(barT, 1, d), new(p, d, 1), d, d, d);
    }

    /// <summary>Q̄ += R G + v̄ gᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfQ(TLane* barQ, TLane* r, TLane* g, TLane* barV, TLane* cross, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, MatrixPlusOuterProduct<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            barQ, new(barQ, d, barV, cross), new(r, d, 1), new(g, d, 1), d, d, d);
    }

    /// <summary>E = ū vᵀ + Rᵀ Q, or E += Rᵀ Q.</summary>
    [MethodImpl(Apart)]
    private static void MatrixE(GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, TScalar* q, bool first, int d)
    {
        d = Constant(d);
        if (first)
        {
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    work.E[i * d + j] = work.BarU[i] * layer.V[j];
                }
            }
        }

        LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Parameters<TLane, TScalar>>(
            work.E, new(work.E, d, 1), new(work.R, 1, d), new(q, d, 1), d, d, d);
    }

    /// <summary>x̄_q ← Tᵀ x̄_q + ȳ v, ḡ ← ū + Σ_h Q_hᵀ v̄.</summary>
    [MethodImpl(Apart)]
    private static void HandDownVectors(
        GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, TScalar* p, TLane* residual, int heads, int d)
    {
        d = Constant(d);
        TLane barY = *residual;
        TLane* start = work.R;
        TLane* handedDown = start + d;
        for (int i = 0; i < d; i++)
        {
            start[i] = barY * layer.V[i];
            work.BarCross[i] = work.BarU[i];
        }

        LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Lanes<TLane>>(
            handedDown, new(start, 0, 1), new(work.BarQuery, 0, 1), new(layer.T, d, 1), 1, d, d);
        for (int i = 0; i < d; i++)
        {
            work.BarQuery[i] = handedDown[i];
        }

        for (int h = 0; h < heads; h++)
        {
            LaneProduct.Multiply<TLane, TScalar, Lanes<TLane>, Lanes<TLane>, Parameters<TLane, TScalar>>(
                work.BarCross, new(work.BarCross, 0, 1), new(work.BarV, 0, 1), new(p + d * d, d, 1), 1, d, d);
            p += 2 * d * d;
        }
    }

    /// <summary>H ← E + Eᵀ.</summary>
    [MethodImpl(Apart)]
    private static void NextHWithoutH(GramWorkspace<TLane, TScalar> work, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                TLane entry = work.E[i * d + j] + work.E[j * d + i];
                work.H[i * d + j] = entry;
                work.H[j * d + i] = entry;
            }
        }
    }

    /// <summary>H ← Tᵀ (H T) + E + Eᵀ.</summary>
    [MethodImpl(Apart)]
    private static void NextH(GramWorkspace<TLane, TScalar> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            work.HT, default, new(work.H, d, 1), new(layer.T, d, 1), d, d, d);
        LaneProduct.MultiplySymmetric<TLane, TScalar, MatrixPlusTranspose<TLane, TScalar>, Lanes<TLane>, Lanes<TLane>>(
            work.H, new(work.E, d), new(layer.T, 1, d), new(work.HT, d, 1), d);
    }
}
