using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <content>The layer below the last, where two vectors go on instead of matrices.</content>
internal static unsafe partial class GramKernel<TLane, TScalar, TDim>
{
    /// <summary>x_q and g of the last layer: Z + Σ_h Z Q_h G P_hᵀ, a head at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NextVectorsOfHead(GramLayer<TLane> layer, GramLayer<TLane> next, TScalar* p, int head, int d)
    {
        PairTimesParameters(layer.ZQ(head), layer.Query, p + d * d, d);
        PairTimesMatrix(layer.ZS(head), layer.ZQ(head), layer.G, d);

        // In a layer g lies before x_q.
        Rows<TLane, AnyDimension> start = head == 0 ? new(layer.Query, d) : new(next.Query, -d);
        AddPairTimesTransposed(next.Query, -d, start, layer.ZS(head), p, d);
    }

    /// <summary>Z̄ P_h and Z̄ P_h G, and Tᵀ of Z̄'s rows: Z̄ + Σ_h Z̄ P_h G Q_hᵀ, a head at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AdjointsThroughHead(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, TScalar* p, int head, int d)
    {
        PairTimesParameters(layer.BarZP(head), work.BarQuery, p, d);
        PairTimesMatrix(layer.BarZPG(head), layer.BarZP(head), layer.G, d);
        Rows<TLane, AnyDimension> start = new(head == 0 ? work.BarQuery : work.HandedDown, d);
        AddPairTimesTransposed(work.HandedDown, d, start, layer.BarZPG(head), p + d * d, d);
    }

    /// <summary>Two vectors times a matrix of parameters.</summary>
    [MethodImpl(Apart)]
    private static void PairTimesParameters(TLane* c, TLane* pair, TScalar* p, int d)
    {
        d = Constant(d);
        Pair(c, d, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(pair, d), new ParameterRows<TLane, TScalar, TDim>(p, d), d);
    }

    /// <summary>Two vectors times a matrix.</summary>
    [MethodImpl(Apart)]
    private static void PairTimesMatrix(TLane* c, TLane* pair, TLane* matrix, int d)
    {
        d = Constant(d);
        Pair(c, d, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TDim>(pair, d), new Rows<TLane, TDim>(matrix, d), d);
    }

    /// <summary>Two vectors, and two times the transpose of a matrix of parameters.</summary>
    [MethodImpl(Apart)]
    private static void AddPairTimesTransposed(TLane* c, int stride, Rows<TLane, AnyDimension> start, TLane* pair, TScalar* p, int d)
    {
        d = Constant(d);
        Pair(c, stride, start, new Rows<TLane, TDim>(pair, d), new ParameterColumns<TLane, TScalar, TDim>(p, d), d);
    }

    /// <summary>P̄_h += Z̄ᵀ (Z Q_h G).</summary>
    [MethodImpl(Apart)]
    private static void RankTwoAdjointOfP(TLane* barP, GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int head, int d)
    {
        d = Constant(d);
        RankTwo(barP, new Rows<TLane, TDim>(barP, d), work.BarQuery, layer.ZS(head), d);
    }

    /// <summary>Q̄_h += Zᵀ (Z̄ P_h G) + v̄ gᵀ.</summary>
    [MethodImpl(Apart)]
    private static void RankTwoAdjointOfQ(TLane* barQ, GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int head, int d)
    {
        d = Constant(d);
        RankTwo(barQ, new MatrixPlusOuterProduct<TLane, TScalar>(barQ, d, work.BarV, layer.Cross), layer.Query, layer.BarZPG(head), d);
    }

    /// <summary>E += (Z̄ P_h)ᵀ (Z Q_h).</summary>
    [MethodImpl(Apart)]
    private static void RankTwoAddToE(GramWorkspace<TLane, TScalar, TDim> work, GramLayer<TLane> layer, int head, int d)
    {
        d = Constant(d);
        RankTwo(work.E, new Rows<TLane, TDim>(work.E, d), layer.BarZP(head), layer.ZQ(head), d);
    }

    /// <summary>H = E + Eᵀ.</summary>
    [MethodImpl(Apart)]
    private static void FirstH(GramWorkspace<TLane, TScalar, TDim> work, int d)
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

    /// <summary>C = start + AᵀB, A and B of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RankTwo<TStart>(TLane* c, TStart start, TLane* a, TLane* b, int d)
        where TStart : struct, IOperand<TStart, TLane>
        => LaneProduct.Multiply<TLane, TScalar, TStart, Columns<TLane, TDim>, Rows<TLane, TDim>, AnyDimension, Dimension2, TDim>(
            c, d, start, new Columns<TLane, TDim>(a, d), new Rows<TLane, TDim>(b, d), d, 2, d);
}
