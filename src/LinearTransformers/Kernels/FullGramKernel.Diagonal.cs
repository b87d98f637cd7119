using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <content>
/// Layers of diagonal matrices that see labels. With the diagonals p_h and q_h as vectors, P_h G Q_hᵀ is (p_h q_hᵀ) ∘ G, entry by entry,
/// so of all heads a layer needs W = Σ_h p_h q_hᵀ only:
/// <code>
/// T = I + W ∘ G    M = T G    q ← T q    G ← M Tᵀ
/// </code>
/// <para>
/// The top layer takes the label's row γ of its G, and nothing else of it, to r = q_d + Σ_j W_dj γ_j q_j + y_q. With t the last row of T of
/// the layer below, that is two vectors: m = G t, γ = T m. Backward from r, the top layer, the one below it, and all others:
/// </para>
/// <code>
/// W̄_dj += r q_j γ_j    γ̄_j = r W_dj q_j    q̄_j = r W_dj γ_j + r e_d
/// m̄ = Tᵀ γ̄    T̄ = q̄ qᵀ + γ̄ mᵀ + e_d (G m̄)ᵀ    W̄ += T̄ ∘ G    E = W ∘ T̄ + m̄ tᵀ    q̄ ← Tᵀ q̄    H = E + Eᵀ
/// T̄ = q̄ qᵀ + H M    W̄ += T̄ ∘ G    E = W ∘ T̄    q̄ ← Tᵀ q̄    H ← Tᵀ H T + E + Eᵀ
/// </code>
/// Parameters are W, layer after layer.
/// </content>
internal static unsafe partial class FullGramKernel<TLane, TScalar, TSize>
{
    /// <summary>As <see cref="Forward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardDiagonal(
        FullDiagonalWorkspace<TLane, TScalar, TSize> work, TScalar* parameters, TLane* statistics, nint stride)
    {
        int size = Known(work.Size);
        int top = work.Layers - 1;
        FullGramLayer<TLane> layer = work.Layer(0);
        Load(work.Layout, layer, statistics, stride, size);
        for (int l = 0; l < top; l++)
        {
            FullGramLayer<TLane> next = work.Layer(l + 1);
            WeightedT(layer.T, parameters + (l * size * size), layer.G, size);
            if (l < top - 1)
            {
                Product(layer.M, default(ZeroMatrix<TLane, TScalar>), Rows(layer.T, size), Rows(layer.G, size), size);
                SymmetricProduct(next.G, default(ZeroMatrix<TLane, TScalar>), Rows(layer.M, size), Transposed(layer.T, size), size);
            }
            else
            {
                Row(layer.M, default(ZeroMatrix<TLane, TScalar>), Rows(LastRow(layer.T, size), size), Rows(layer.G, size), size);
                Row(LastRow(next.G, size), default(ZeroMatrix<TLane, TScalar>), Rows(layer.M, size), Transposed(layer.T, size), size);
            }

            Row(next.Query, default(ZeroMatrix<TLane, TScalar>), Rows(layer.Query, size), Transposed(layer.T, size), size);
            layer = next;
        }

        TopOfDiagonals(work.Residual, layer, LastRow(parameters + (top * size * size), size), size);
        *work.Residual += statistics[work.Layout.Label * stride];
    }

    /// <summary>As <see cref="Backward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackwardDiagonal(FullDiagonalWorkspace<TLane, TScalar, TSize> work, TScalar* parameters)
    {
        int size = Known(work.Size);
        int top = work.Layers - 1;
        int last = (top * size * size) + ((size - 1) * size);
        AdjointsOfTop(work, work.Layer(top), parameters + last, work.Gradient + last, size);
        for (int l = top - 1; l >= 0; l--)
        {
            FullGramLayer<TLane> layer = work.Layer(l);
            int weights = l * size * size;
            bool isBelowTop = l == top - 1;
            if (isBelowTop)
            {
                Row(work.BarM, default(ZeroMatrix<TLane, TScalar>), Rows(work.BarRow, size), Rows(layer.T, size), size);
                Row(work.HandedDown, default(ZeroMatrix<TLane, TScalar>), Rows(work.BarM, size), Rows(layer.G, size), size);
                AdjointOfUpperT(work, layer, size);
            }
            else
            {
                Product(
                    work.BarT, new OuterProduct<TLane, TScalar>(work.BarQuery, layer.Query), Rows(work.H, size), Rows(layer.M, size), size);
            }

            AdjointOfWeights(work.BarT, layer.G, work.Gradient + weights, size);
            if (l == 0)
            {
                return;
            }

            Row(work.HandedDown, default(ZeroMatrix<TLane, TScalar>), Rows(work.BarQuery, size), Rows(layer.T, size), size);
            Copy(work.HandedDown, work.BarQuery, size);
            WeightedE(work.E, parameters + weights, work.BarT, size);
            if (isBelowTop)
            {
                AddRanks(work.E, work.BarM, LastRow(layer.T, size), 1, size);
                SumWithTranspose(work.E, work.H, size);
            }
            else
            {
                Product(work.HT, default(ZeroMatrix<TLane, TScalar>), Rows(work.H, size), Rows(layer.T, size), size);
                SymmetricProduct(
                    work.H, new MatrixPlusTranspose<TLane, TScalar>(work.E, size), Transposed(layer.T, size), Rows(work.HT, size), size);
            }
        }
    }

    private static TNumber* LastRow<TNumber>(TNumber* matrix, int size)
        where TNumber : unmanaged
        => matrix + ((size - 1) * size);

    /// <summary>T = I + W ∘ G.</summary>
    [MethodImpl(Apart)]
    private static void WeightedT(TLane* t, TScalar* w, TLane* g, int size)
    {
        size = Known(size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                TLane product = TLane.Broadcast(w[(i * size) + j]) * g[(i * size) + j];
                t[(i * size) + j] = i == j ? TLane.One + product : product;
            }
        }
    }

    /// <summary>q_d + Σ_j W_dj γ_j q_j.</summary>
    [MethodImpl(Apart)]
    private static void TopOfDiagonals(TLane* residual, FullGramLayer<TLane> layer, TScalar* w, int size)
    {
        size = Known(size);
        TLane* row = LastRow(layer.G, size);
        TLane sum = layer.Query[size - 1];
        for (int j = 0; j < size; j++)
        {
            TLane.Accumulate(TLane.Broadcast(w[j]) * row[j], layer.Query[j], ref sum);
        }

        *residual = sum;
    }

    /// <summary>W̄_dj += r q_j γ_j, γ̄_j = r W_dj q_j, q̄_j = r W_dj γ_j + r e_d.</summary>
    [MethodImpl(Apart)]
    private static void AdjointsOfTop(
        FullDiagonalWorkspace<TLane, TScalar, TSize> work, FullGramLayer<TLane> layer, TScalar* w, TLane* barW, int size)
    {
        size = Known(size);
        TLane residual = *work.Residual;
        TLane* row = LastRow(layer.G, size);
        for (int j = 0; j < size; j++)
        {
            TLane.Accumulate(residual * layer.Query[j], row[j], ref barW[j]);
            TLane weighted = residual * TLane.Broadcast(w[j]);
            work.BarRow[j] = weighted * layer.Query[j];
            work.BarQuery[j] = weighted * row[j];
        }

        work.BarQuery[size - 1] += residual;
    }

    /// <summary>T̄ = q̄ qᵀ + γ̄ mᵀ + e_d (G m̄)ᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfUpperT(FullDiagonalWorkspace<TLane, TScalar, TSize> work, FullGramLayer<TLane> layer, int size)
    {
        size = Known(size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                work.BarT[(i * size) + j] = TLane.FusedMultiplyAdd(
                    work.BarQuery[i], layer.Query[j], work.BarRow[i] * layer.M[j]);
            }
        }

        Add(LastRow(work.BarT, size), work.HandedDown, size);
    }

    /// <summary>W̄ += T̄ ∘ G.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfWeights(TLane* barT, TLane* g, TLane* barW, int size)
    {
        size = Known(size);
        for (int i = 0; i < size * size; i++)
        {
            TLane.Accumulate(barT[i], g[i], ref barW[i]);
        }
    }

    /// <summary>E = W ∘ T̄.</summary>
    [MethodImpl(Apart)]
    private static void WeightedE(TLane* e, TScalar* w, TLane* barT, int size)
    {
        size = Known(size);
        for (int i = 0; i < size * size; i++)
        {
            e[i] = TLane.Broadcast(w[i]) * barT[i];
        }
    }

    /// <summary>H = E + Eᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumWithTranspose(TLane* e, TLane* h, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                TLane entry = e[(i * size) + j] + e[(j * size) + i];
                h[(i * size) + j] = entry;
                h[(j * size) + i] = entry;
            }
        }
    }
}
