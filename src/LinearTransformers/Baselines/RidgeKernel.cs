using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>
/// What least squares and ridge regression with any penalty ρ are made of:
/// <code>
/// residual = y_q − Σ_{λ_i > τ max λ} x_i g_i / (λ_i + ρ)
/// </code>
/// </summary>
internal abstract unsafe class RidgeKernel<TLane>(int dimension, double[]? whitening, double rankTolerance)
    : SpectralKernel<TLane>(dimension, whitening)
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private const double LeastNormal = 2.2250738585072014e-308;

    /// <summary>
    /// Up to where eigenvalues count as zero. It is positive, so that lanes without a prompt, all zero, divide by no zero.
    /// </summary>
    protected TLane Cut()
    {
        TLane largest = LargestEigenvalue();
        return TLane.FusedMultiplyAdd(largest, TLane.Broadcast(rankTolerance), TLane.Broadcast(LeastNormal));
    }

    /// <summary>max λ.</summary>
    protected TLane LargestEigenvalue()
    {
        TLane largest = TLane.Zero;
        for (int i = 0; i < Dimension; i++)
        {
            TLane eigenvalue = Eigenvalue(i);
            largest = TLane.SelectGreater(eigenvalue, largest, eigenvalue, largest);
        }

        return largest;
    }

    /// <summary>The residual with a penalty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected TLane Residual(TLane penalty, TLane cut)
    {
        TLane residual = *Label;
        for (int i = 0; i < Dimension; i++)
        {
            TLane eigenvalue = Eigenvalue(i);
            TLane inverse = TLane.SelectGreater(cut, eigenvalue, TLane.Zero, TLane.One / (eigenvalue + penalty));
            TLane.Accumulate(-(Query[i] * Cross[i]), inverse, ref residual);
        }

        return residual;
    }
}
