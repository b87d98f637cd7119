using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <content>The two upper layers, where vectors go on instead of matrices, and a single one.</content>
internal static unsafe partial class FullGramKernel<TLane, TScalar, TSize>
{
    /// <summary>q'_d + Σ_h b_hᵀ c_h.</summary>
    /// <param name="work">Where to.</param>
    /// <param name="p">Parameters of the layer below the top.</param>
    /// <param name="top">Those of the top.</param>
    /// <param name="layer">The layer below the top.</param>
    /// <param name="size">d + 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardUpper(
        FullGramWorkspace<TLane, TScalar, TSize> work, TScalar* p, TScalar* top, FullGramLayer<TLane> layer, int size)
    {
        FullGramVectors<TLane> v = work.Upper;
        int heads = work.Shape.Heads;
        Copy(layer.Query, v.B, size);
        for (int k = 0; k < heads; k++)
        {
            TScalar* pk = p + (2 * k * size * size);
            Row(v.BQ(k), default(ZeroMatrix<TLane, TScalar>), Rows(v.B, size), Parameters(pk + (size * size), size), size);
            Row(v.BQG(k), default(ZeroMatrix<TLane, TScalar>), Rows(v.BQ(k), size), Rows(layer.G, size), size);
            Row(v.BT, Rows(k == 0 ? v.B : v.BT, size), Rows(v.BQG(k), size), TransposedParameters(pk, size), size);
        }

        TLane residual = v.BT[size - 1];
        for (int h = 0; h < heads; h++, top += 2 * size * size)
        {
            int pair = (1 + (2 * h)) * size;
            Row(v.A + pair, default(ZeroMatrix<TLane, TScalar>), Rows(v.BT, size), Parameters(top + (size * size), size), size);
            Broadcast(top + ((size - 1) * size), v.A + pair + size, size);
            for (int k = 0; k < heads; k++)
            {
                TScalar* pk = p + (2 * k * size * size);
                Pair(v.AP(k) + pair, size, default(ZeroMatrix<TLane, TScalar>), Rows(v.A + pair, size), Parameters(pk, size), size);
                Pair(v.APG(k) + pair, size, default(ZeroMatrix<TLane, TScalar>), Rows(v.AP(k) + pair, size), Rows(layer.G, size), size);
                Pair(v.AT + pair, size, Rows((k == 0 ? v.A : v.AT) + pair, size), Rows(v.APG(k) + pair, size),
                    TransposedParameters(pk + (size * size), size), size);
            }

            // c and e, in the other order.
            Pair(v.B + pair + size, -size, default(ZeroMatrix<TLane, TScalar>), Rows(v.AT + pair, size), Rows(layer.G, size), size);
            AddDot(v.AT + pair + size, v.B + pair + size, ref residual, size);
        }

        *work.Residual = residual;
    }

    /// <summary>Gradients of both layers; leaves q̄ and H, unless the lower one is the bottom one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardUpper(
        FullGramWorkspace<TLane, TScalar, TSize> work, TScalar* p, TScalar* top, TLane* bar, TLane* barTop, FullGramLayer<TLane> layer,
        bool isBottom, int size)
    {
        FullGramVectors<TLane> v = work.Upper;
        int heads = work.Shape.Heads;
        Scale(v.B + size, work.Residual, 2 * heads * size);
        new Span<TLane>(v.A, size).Clear();
        v.A[size - 1] = *work.Residual;
        for (int h = 0; h < heads; h++, top += 2 * size * size, barTop += 2 * size * size)
        {
            int pair = (1 + (2 * h)) * size;
            for (int k = 0; k < heads; k++)
            {
                TScalar* pk = p + (2 * k * size * size);
                Pair(v.BQ(k) + pair, size, default(ZeroMatrix<TLane, TScalar>), Rows(v.B + pair, size),
                    Parameters(pk + (size * size), size), size);
                Pair(v.BQG(k) + pair, size, default(ZeroMatrix<TLane, TScalar>), Rows(v.BQ(k) + pair, size), Rows(layer.G, size), size);
                Pair(v.BT + pair, size, Rows((k == 0 ? v.B : v.BT) + pair, size), Rows(v.BQG(k) + pair, size),
                    TransposedParameters(pk, size), size);
            }

            Add(barTop + ((size - 1) * size), v.BT + pair + size, size);
            AddRanks(barTop + (size * size), v.BT, v.BT + pair, 1, size);
            Row(v.A, Rows(v.A, size), Rows(v.BT + pair, size), TransposedParameters(top + (size * size), size), size);
        }

        for (int k = 0; k < heads; k++)
        {
            TScalar* pk = p + (2 * k * size * size);
            TLane* barP = bar + (2 * k * size * size);
            Row(v.AP(k), default(ZeroMatrix<TLane, TScalar>), Rows(v.A, size), Parameters(pk, size), size);
            Row(v.APG(k), default(ZeroMatrix<TLane, TScalar>), Rows(v.AP(k), size), Rows(layer.G, size), size);
            AddRanks(barP, v.A, v.BQG(k), (2 * heads) + 1, size);
            AddRanks(barP + (size * size), v.B, v.APG(k), (2 * heads) + 1, size);
            if (!isBottom)
            {
                Row(work.BarQuery, Rows(k == 0 ? v.A : work.BarQuery, size), Rows(v.APG(k), size),
                    TransposedParameters(pk + (size * size), size), size);
            }
        }

        if (!isBottom)
        {
            UpperH(work, size);
        }
    }

    /// <summary>H of the two upper layers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpperH(FullGramWorkspace<TLane, TScalar, TSize> work, int size)
    {
        FullGramVectors<TLane> v = work.Upper;
        int heads = work.Shape.Heads;
        new Span<TLane>(work.E, size * size).Clear();
        for (int h = 0; h < heads; h++)
        {
            TLane* pair = v.AT + ((1 + (2 * h)) * size);
            Scale(pair, work.Residual, size);
            AddRanks(work.E, pair + size, pair, 1, size);
        }

        for (int k = 0; k < heads; k++)
        {
            AddRanks(work.E, v.AP(k), v.BQ(k), (2 * heads) + 1, size);
        }

        SumWithTranspose(work.E, work.H, size);
    }

    /// <summary>The only layer: q_d + Σ_h p_hᵀ G u_h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardSingle(FullGramWorkspace<TLane, TScalar, TSize> work, TScalar* p, FullGramLayer<TLane> layer, int size)
    {
        FullGramVectors<TLane> v = work.Upper;
        TLane residual = layer.Query[size - 1];
        for (int h = 0; h < work.Shape.Heads; h++, p += 2 * size * size)
        {
            int pair = (1 + (2 * h)) * size;
            Row(v.A + pair, default(ZeroMatrix<TLane, TScalar>), Rows(layer.Query, size), Parameters(p + (size * size), size), size);
            Broadcast(p + ((size - 1) * size), v.A + pair + size, size);
            Pair(v.B + pair + size, -size, default(ZeroMatrix<TLane, TScalar>), Rows(v.A + pair, size), Rows(layer.G, size), size);
            AddDot(v.A + pair + size, v.B + pair + size, ref residual, size);
        }

        *work.Residual = residual;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardSingle(
        FullGramWorkspace<TLane, TScalar, TSize> work, TLane* bar, FullGramLayer<TLane> layer, int size)
    {
        FullGramVectors<TLane> v = work.Upper;
        Scale(v.B + size, work.Residual, 2 * work.Shape.Heads * size);
        for (int h = 0; h < work.Shape.Heads; h++, bar += 2 * size * size)
        {
            int pair = (1 + (2 * h)) * size;
            Add(bar + ((size - 1) * size), v.B + pair + size, size);
            AddRanks(bar + (size * size), layer.Query, v.B + pair, 1, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddDot(TLane* a, TLane* b, ref TLane sum, int length)
    {
        for (int i = 0; i < length; i++)
        {
            TLane.Accumulate(a[i], b[i], ref sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TLane* sums, TLane* terms, int length)
    {
        for (int i = 0; i < length; i++)
        {
            sums[i] += terms[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(TLane* values, TLane* factor, int length)
    {
        TLane scale = *factor;
        for (int i = 0; i < length; i++)
        {
            values[i] *= scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Broadcast(TScalar* from, TLane* to, int length)
    {
        for (int i = 0; i < length; i++)
        {
            to[i] = TLane.Broadcast(from[i]);
        }
    }
}
