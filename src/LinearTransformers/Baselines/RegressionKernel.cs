using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Least squares and ridge regression of each prompt, a bundle at a time, whitened by W (or not, W = I):
/// <code>
/// G ← W G Wᵀ    g ← W g    x_q ← W x_q    and with G = V diag(λ) Vᵀ    g ← Vᵀ g    x_q ← Vᵀ x_q
/// residual = y_q − Σ_{λ_i > τ max λ} x_i g_i / (λ_i + ρ)
/// </code>
/// <para>One decomposition serves all penalties ρ.</para>
/// </summary>
internal static unsafe class RegressionKernel<TLane>
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    private const double LeastNormal = 2.2250738585072014e-308;

    /// <summary>Takes up a bundle and decomposes it.</summary>
    /// <param name="work">With its statistics in place.</param>
    /// <param name="whitening">W, [d, d], or null for the identity.</param>
    /// <param name="d">The dimension.</param>
    [MethodImpl(Apart)]
    public static void Decompose(RegressionWorkspace<TLane> work, double* whitening, int d)
    {
        GramLayout layout = new(d);
        if (whitening is null)
        {
            GramSums.Unpack(work.Statistics, work.G, d);
            GramSums.Copy(work.Vectors, work.Statistics + layout.Cross, 2 * d);
        }
        else
        {
            GramSums.Unpack(work.Statistics, work.Vectors, d);
            Whiten(work.Vectors, work.G, work.Half, whitening, d);
            MapVectors(work.Statistics + layout.Cross, work.Vectors, whitening, d);
        }

        JacobiRotations<TLane>.Diagonalize(work.G, work.Vectors, count: 2, d);
    }

    /// <summary>Adds the squared residuals with each penalty to the sums.</summary>
    [MethodImpl(Apart)]
    public static void AddSquares(
        RegressionWorkspace<TLane> work, ReadOnlySpan<double> penalties, double rankTolerance, TLane* squares, int d)
    {
        TLane* cross = work.Vectors;
        TLane* query = work.Vectors + d;
        TLane label = work.Statistics[new GramLayout(d).Label];
        TLane largest = TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            TLane eigenvalue = work.G[i * (d + 1)];
            largest = TLane.SelectGreater(eigenvalue, largest, eigenvalue, largest);
        }

        // The least normal number keeps lanes without a prompt, all zero, from dividing by zero.
        TLane cut = TLane.FusedMultiplyAdd(largest, TLane.Broadcast(rankTolerance), TLane.Broadcast(LeastNormal));
        for (int p = 0; p < penalties.Length; p++)
        {
            TLane penalty = TLane.Broadcast(penalties[p]);
            TLane residual = label;
            for (int i = 0; i < d; i++)
            {
                TLane eigenvalue = work.G[i * (d + 1)];
                TLane inverse = TLane.SelectGreater(cut, eigenvalue, TLane.Zero, TLane.One / (eigenvalue + penalty));
                TLane.Accumulate(-(query[i] * cross[i]), inverse, ref residual);
            }

            squares[p] = TLane.FusedMultiplyAdd(residual, residual, squares[p]);
        }
    }

    /// <summary>result = W G Wᵀ.</summary>
    [MethodImpl(Apart)]
    private static void Whiten(TLane* g, TLane* result, TLane* half, double* w, int d)
    {
        LaneProduct.Multiply<TLane, double, ZeroMatrix<TLane, double>, ParameterRows<TLane, double, AnyDimension>, Rows<TLane, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
            half, d, default, new(w, d), new(g, d), d, d, d);
        LaneProduct.MultiplySymmetric<TLane, double, ZeroMatrix<TLane, double>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, double, AnyDimension>>(
            result, default, new(half, d), new(w, d), d);
    }

    /// <summary>g and x_q, one behind the other, through W.</summary>
    [MethodImpl(Apart)]
    private static void MapVectors(TLane* vectors, TLane* result, double* w, int d)
        => LaneProduct.Multiply<TLane, double, ZeroMatrix<TLane, double>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, double, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
            result, d, default, new(vectors, d), new(w, d), 2, d, d);
}
