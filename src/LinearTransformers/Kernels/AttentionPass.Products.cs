using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <content>
/// The lines of the derivation for the rows of some tokens at once, from the first of them on: all of a layer's, or the query's alone. Each
/// is a product of matrices, compiled apart, for the JIT's limits on locals and inlining.
/// </content>
internal sealed unsafe partial class AttentionPass<TLane, TScalar, TDim, TSize, TActivation>
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>ρ_n = Q̂ᵀ x_n.</summary>
    [MethodImpl(Apart)]
    private static void Rotate(TLane* rotated, TLane* x, TScalar* q, int rows, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TSize>, ParameterRows<TLane, TScalar, TDim>,
            AnyDimension, AnyDimension, TDim>(
            rotated, d, default, new(x, d + 1), new(q, d), rows, d, d);
    }

    /// <summary>s_nm = ρ_nᵀ x_m.</summary>
    [MethodImpl(Apart)]
    private static void Score(TLane* scores, TLane* rotated, TLane* tokens, int rows, int count, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>, Columns<TLane, TSize>, AnyDimension,
            AnyDimension, AnyDimension>(
            scores, count, default, new(rotated, d), new(tokens, d + 1), rows, d, count);
    }

    /// <summary>a_n = σ(s_n).</summary>
    [MethodImpl(Apart)]
    private static void Activate(TLane* scores, int rows, int count)
    {
        for (int n = 0; n < rows; n++, scores += count)
        {
            TActivation.Activate(scores, count);
        }
    }

    /// <summary>c_n = κ Σ_m a_nm z_m.</summary>
    [MethodImpl(Apart)]
    private static void Gather(TLane* means, TLane* weights, TLane* tokens, TLane kappa, int rows, int stride, int context, int size)
    {
        size = Known<TSize>(size);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, Rows<TLane, TSize>, AnyDimension,
            AnyDimension, TSize>(
            means, size, default, new(weights, stride), new(tokens, size), rows, context, size);
        for (int i = 0; i < rows * size; i++)
        {
            means[i] = means[i] * kappa;
        }
    }

    /// <summary>z_n += (P̂ c^x_n, c^y_n).</summary>
    [MethodImpl(Apart)]
    private static void Move(TLane* tokens, TLane* means, TScalar* p, int rows, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TSize>, Rows<TLane, TSize>, ParameterColumns<TLane, TScalar, TDim>, AnyDimension,
            AnyDimension, TDim>(
            tokens, d + 1, new(tokens, d + 1), new(means, d + 1), new(p, d), rows, d, d);
        for (int n = 0, y = d; n < rows; n++, y += d + 1)
        {
            tokens[y] += means[y];
        }
    }

    /// <summary>P̄ += Σ_n x̄_n c^x_nᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfP(TLane* barP, TLane* bars, TLane* means, int rows, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TDim>, Columns<TLane, TSize>, Rows<TLane, TSize>, AnyDimension, AnyDimension,
            TDim>(
            barP, d, new(barP, d), new(bars, d + 1), new(means, d + 1), d, rows, d);
    }

    /// <summary>o_n = κ (P̂ᵀ x̄_n, ȳ_n).</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfMeans(TLane* barMeans, TLane* bars, TScalar* p, TLane kappa, int rows, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TSize>, ParameterRows<TLane, TScalar, TDim>,
            AnyDimension, AnyDimension, TDim>(
            barMeans, d + 1, default, new(bars, d + 1), new(p, d), rows, d, d);
        for (int n = 0, i = 0; n < rows; n++)
        {
            for (int j = 0; j < d; j++, i++)
            {
                barMeans[i] = barMeans[i] * kappa;
            }

            barMeans[i] = bars[i] * kappa;
            i++;
        }
    }

    /// <summary>ā_nm = o_nᵀ z_m.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfWeights(TLane* barScores, TLane* barMeans, TLane* tokens, int rows, int stride, int context, int size)
    {
        size = Known<TSize>(size);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TSize>, Columns<TLane, TSize>, AnyDimension,
            AnyDimension, AnyDimension>(
            barScores, stride, default, new(barMeans, size), new(tokens, size), rows, size, context);
    }

    /// <summary>s̄_n = σ'(s_n)ᵀ ā_n.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfScores(TLane* weights, TLane* barScores, int rows, int count, int context)
        => TActivation.Adjoint(weights, barScores, rows, count, context);

    /// <summary>z̄_m += Σ_n a_nm o_n.</summary>
    [MethodImpl(Apart)]
    private static void HandDownMeans(TLane* bars, TLane* weights, TLane* barMeans, int rows, int stride, int context, int size)
    {
        size = Known<TSize>(size);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TSize>, Columns<TLane, AnyDimension>, Rows<TLane, TSize>, AnyDimension,
            AnyDimension, TSize>(
            bars, size, new(bars, size), new(weights, stride), new(barMeans, size), context, rows, size);
    }

    /// <summary>x̄_m += Σ_n s̄_nm ρ_n.</summary>
    [MethodImpl(Apart)]
    private static void HandDownScores(TLane* bars, TLane* barScores, TLane* rotated, int rows, int count, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TSize>, Columns<TLane, AnyDimension>, Rows<TLane, TDim>, AnyDimension,
            AnyDimension, TDim>(
            bars, d + 1, new(bars, d + 1), new(barScores, count), new(rotated, d), count, rows, d);
    }

    /// <summary>ρ̄_n = Σ_m s̄_nm x_m.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfRotated(TLane* barRotated, TLane* barScores, TLane* tokens, int rows, int count, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, Rows<TLane, TSize>, AnyDimension,
            AnyDimension, TDim>(
            barRotated, d, default, new(barScores, count), new(tokens, d + 1), rows, count, d);
    }

    /// <summary>Q̄ += Σ_n x_n ρ̄_nᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfQ(TLane* barQ, TLane* x, TLane* barRotated, int rows, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TDim>, Columns<TLane, TSize>, Rows<TLane, TDim>, AnyDimension, AnyDimension, TDim>(
            barQ, d, new(barQ, d), new(x, d + 1), new(barRotated, d), d, rows, d);
    }

    /// <summary>x̄_n += Q̂ ρ̄_n.</summary>
    [MethodImpl(Apart)]
    private static void HandDownRotated(TLane* bars, TLane* barRotated, TScalar* q, int rows, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TSize>, Rows<TLane, TDim>, ParameterColumns<TLane, TScalar, TDim>, AnyDimension,
            AnyDimension, TDim>(
            bars, d + 1, new(bars, d + 1), new(barRotated, d), new(q, d), rows, d, d);
    }

    /// <summary>The size as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Known<T>(int size)
        where T : struct, IDimension
        => T.Known > 0 ? T.Known : size;
}
