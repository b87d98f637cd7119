using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <content>
/// One method for each line of the derivation. They are compiled apart from one another: a single method with all
/// products would pass the JIT's limits on locals and inlining.
/// </content>
internal static unsafe partial class GramKernel<TLane, TScalar, TDim>
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>G as a square, g and x_q; gives back the label.</summary>
    [MethodImpl(Apart)]
    private static TLane Load(TLane* statistics, nint stride, TLane* g, TLane* cross, TLane* query, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                TLane entry = *statistics;
                statistics += stride;
                g[i * d + j] = entry;
                g[j * d + i] = entry;
            }
        }

        for (int i = 0; i < d; i++)
        {
            cross[i] = statistics[i * stride];
            query[i] = statistics[(d + i) * stride];
        }

        return statistics[2 * d * stride];
    }

    /// <summary>v = Σ_h Q_h g.</summary>
    [MethodImpl(Apart)]
    private static void VectorV(TLane* v, TScalar* p, TLane* cross, int heads, int d)
    {
        d = Constant(d);
        TScalar* q = p + d * d;
        VectorProduct(v, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(cross, d),
            new ParameterColumns<TLane, TScalar, TDim>(q, d), d);
        for (int h = 1; h < heads; h++)
        {
            q += 2 * d * d;
            VectorProduct(v, new Rows<TLane, TDim>(v, d), new Rows<TLane, TDim>(cross, d),
                new ParameterColumns<TLane, TScalar, TDim>(q, d), d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Dot(TLane* a, TLane* b, int d)
    {
        TLane sum = a[0] * b[0];
        for (int i = 1; i < d; i++)
        {
            TLane.Accumulate(a[i], b[i], ref sum);
        }

        return sum;
    }

    /// <summary>S = G Qᵀ.</summary>
    [MethodImpl(Apart)]
    private static void MatrixS(TLane* s, TLane* g, TScalar* q, int d)
    {
        d = Constant(d);
        Product(s, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(g, d), new ParameterColumns<TLane, TScalar, TDim>(q, d), d);
    }

    /// <summary>T = I + P S, or T += P S.</summary>
    private static void MatrixT(TLane* t, TScalar* p, TLane* s, bool first, int d)
    {
        if (first)
        {
            IdentityPlusProduct(t, p, s, d);
        }
        else
        {
            AddProduct(t, p, s, d);
        }
    }

    [MethodImpl(Apart)]
    private static void IdentityPlusProduct(TLane* t, TScalar* p, TLane* s, int d)
    {
        d = Constant(d);
        Product(t, default(IdentityMatrix<TLane, TScalar>), new ParameterRows<TLane, TScalar, TDim>(p, d), new Rows<TLane, TDim>(s, d), d);
    }

    [MethodImpl(Apart)]
    private static void AddProduct(TLane* t, TScalar* p, TLane* s, int d)
    {
        d = Constant(d);
        Product(t, new Rows<TLane, TDim>(t, d), new ParameterRows<TLane, TScalar, TDim>(p, d), new Rows<TLane, TDim>(s, d), d);
    }

    /// <summary>M = T G.</summary>
    [MethodImpl(Apart)]
    private static void MatrixM(TLane* m, TLane* t, TLane* g, int d)
    {
        d = Constant(d);
        Product(m, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(t, d), new Rows<TLane, TDim>(g, d), d);
    }

    /// <summary>G ← M Tᵀ.</summary>
    [MethodImpl(Apart)]
    private static void NextG(TLane* next, TLane* m, TLane* t, int d)
    {
        d = Constant(d);
        SymmetricProduct(next, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(m, d), new Columns<TLane, TDim>(t, d), d);
    }

    /// <summary>u = g + G v.</summary>
    [MethodImpl(Apart)]
    private static void VectorU(GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        VectorProduct(layer.U, new Rows<TLane, TDim>(layer.Cross, d), new Rows<TLane, TDim>(layer.V, d), new Rows<TLane, TDim>(layer.G, d),
            d);
    }

    /// <summary>x_q ← T x_q, g ← T u.</summary>
    [MethodImpl(Apart)]
    private static void NextVectors(GramLayer<TLane> layer, GramLayer<TLane> next, int d)
    {
        d = Constant(d);

        // In a layer g lies before x_q.
        Pair(next.Query, -d, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(layer.Query, d),
            new Columns<TLane, TDim>(layer.T, d), d);
    }

    /// <summary>The last layer: v̄ = ȳ x_q, Q̄_h += v̄ gᵀ, and down go x̄_q = ȳ v, ḡ = Σ_h Q_hᵀ v̄.</summary>
    [MethodImpl(Apart)]
    private static void TopLayer(
        GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TScalar* p, TLane* gradient, TLane* residual, int d)
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
            OuterProduct(barQ, new Rows<TLane, TDim>(barQ, d), new Rows<TLane, Dimension1>(work.BarV, 1),
                new Rows<TLane, TDim>(layer.Cross, d), d);
            VectorProduct(work.BarCross, new Rows<TLane, TDim>(work.BarCross, d), new Rows<TLane, TDim>(work.BarV, d),
                new ParameterRows<TLane, TScalar, TDim>(p + d * d, d), d);
            p += 2 * d * d;
            gradient += 2 * d * d;
        }
    }

    /// <summary>Tᵀ x̄_q and ū = Tᵀ ḡ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointsThroughT(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        Pair(work.HandedDown, d, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(work.BarQuery, d),
            new Rows<TLane, TDim>(layer.T, d), d);
    }

    /// <summary>v̄ = ȳ x_q + G ū.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfV(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TLane* residual, int d)
    {
        d = Constant(d);
        TLane barY = *residual;
        for (int i = 0; i < d; i++)
        {
            work.BarV[i] = barY * layer.Query[i];
        }

        VectorProduct(work.BarV, new Rows<TLane, TDim>(work.BarV, d), new Rows<TLane, TDim>(work.BarU, d),
            new Rows<TLane, TDim>(layer.G, d), d);
    }

    /// <summary>T̄ = x̄_q x_qᵀ + ḡ uᵀ + H M.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfT(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        Product(work.BarT, new TwoOuterProducts<TLane, TScalar>(work.BarQuery, layer.Query, work.BarCross, layer.U),
            new Rows<TLane, TDim>(work.H, d), new Rows<TLane, TDim>(layer.M, d), d);
    }

    /// <summary>P̄ += T̄ Sᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfP(TLane* barP, TLane* barT, TLane* s, int d)
    {
        d = Constant(d);
        Product(barP, new Rows<TLane, TDim>(barP, d), new Rows<TLane, TDim>(barT, d), new Columns<TLane, TDim>(s, d), d);
    }

    /// <summary>R = T̄ᵀ P.</summary>
    [MethodImpl(Apart)]
    private static void MatrixR(TLane* r, TLane* barT, TScalar* p, int d)
    {
        d = Constant(d);
        Product(r, default(ZeroMatrix<TLane, TScalar>), new Columns<TLane, TDim>(barT, d), new ParameterRows<TLane, TScalar, TDim>(p, d),
            d);
    }

    /// <summary>Q̄ += R G + v̄ gᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfQ(TLane* barQ, TLane* r, TLane* g, TLane* barV, TLane* cross, int d)
    {
        d = Constant(d);
        Product(barQ, new MatrixPlusOuterProduct<TLane, TScalar>(barQ, d, barV, cross), new Rows<TLane, TDim>(r, d),
            new Rows<TLane, TDim>(g, d), d);
    }

    /// <summary>E = ū vᵀ.</summary>
    [MethodImpl(Apart)]
    private static void FirstE(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                work.E[i * d + j] = work.BarU[i] * layer.V[j];
            }
        }
    }

    /// <summary>E += Rᵀ Q.</summary>
    [MethodImpl(Apart)]
    private static void AddToE(GramWorkspace<TLane, TScalar, TDim> work, TScalar* q, int d)
    {
        d = Constant(d);
        Product(work.E, new Rows<TLane, TDim>(work.E, d), new Columns<TLane, TDim>(work.R, d),
            new ParameterRows<TLane, TScalar, TDim>(q, d), d);
    }

    /// <summary>x̄_q ← Tᵀ x̄_q + ȳ v, ḡ ← ū + Σ_h Q_hᵀ v̄.</summary>
    [MethodImpl(Apart)]
    private static void HandDownVectors(
        GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TScalar* p, TLane* residual, int heads, int d)
    {
        d = Constant(d);
        TLane barY = *residual;
        for (int i = 0; i < d; i++)
        {
            work.BarQuery[i] = TLane.FusedMultiplyAdd(barY, layer.V[i], work.HandedDown[i]);
            work.BarCross[i] = work.BarU[i];
        }

        for (int h = 0; h < heads; h++)
        {
            VectorProduct(work.BarCross, new Rows<TLane, TDim>(work.BarCross, d), new Rows<TLane, TDim>(work.BarV, d),
                new ParameterRows<TLane, TScalar, TDim>(p + d * d, d), d);
            p += 2 * d * d;
        }
    }

    /// <summary>H T.</summary>
    [MethodImpl(Apart)]
    private static void MatrixHT(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        Product(work.HT, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(work.H, d), new Rows<TLane, TDim>(layer.T, d), d);
    }

    /// <summary>H ← Tᵀ (H T) + E + Eᵀ.</summary>
    [MethodImpl(Apart)]
    private static void NextH(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int d)
    {
        d = Constant(d);
        SymmetricProduct(work.H, new MatrixPlusTranspose<TLane, TScalar>(work.E, d), new Columns<TLane, TDim>(layer.T, d),
            new Rows<TLane, TDim>(work.HT, d), d);
    }

    /// <summary>C = start + A·B, square matrices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int d)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        => LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, AnyDimension, TDim, TDim>(c, d, start, a, b, d, d, d);

    /// <summary>C = start + a bᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OuterProduct<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int d)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        => LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, AnyDimension, AnyDimension, TDim>(c, d, start, a, b, d, 1, d);

    /// <summary>c = start + a·B, vectors as rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void VectorProduct<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int d)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        => LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, Dimension1, TDim, TDim>(c, d, start, a, b, 1, d, d);

    /// <summary>C = start + A·B, A and C of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<TStart, TA, TB>(TLane* c, int stride, TStart start, TA a, TB b, int d)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        => LaneProduct.Multiply<TLane, TScalar, TStart, TA, TB, Dimension2, TDim, TDim>(c, stride, start, a, b, 2, d, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SymmetricProduct<TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        => LaneProduct.MultiplySymmetric<TLane, TScalar, TStart, TA, TB>(c, start, a, b, size);
}
