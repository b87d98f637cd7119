using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>
/// Least squares and ridge regression with many penalties ρ:
/// <code>
/// residual = y_q − Σ_{λ_i > τ max λ} x_i g_i / (λ_i + ρ)
/// </code>
/// </summary>
internal sealed unsafe class RegressionKernel<TLane>(int dimension, double[]? whitening, double[] penalties, double rankTolerance)
    : SpectralKernel<TLane>(dimension, whitening)
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private const double LeastNormal = 2.2250738585072014e-308;

    [MethodImpl(Apart)]
    protected override void Add(int first, int count, TLane* sums)
    {
        TLane largest = TLane.Zero;
        for (int i = 0; i < Dimension; i++)
        {
            TLane eigenvalue = Eigenvalue(i);
            largest = TLane.SelectGreater(eigenvalue, largest, eigenvalue, largest);
        }

        // The least normal number keeps lanes without a prompt, all zero, from dividing by zero.
        TLane cut = TLane.FusedMultiplyAdd(largest, TLane.Broadcast(rankTolerance), TLane.Broadcast(LeastNormal));
        for (int p = 0; p < penalties.Length; p++)
        {
            TLane penalty = TLane.Broadcast(penalties[p]);
            TLane residual = *Label;
            for (int i = 0; i < Dimension; i++)
            {
                TLane eigenvalue = Eigenvalue(i);
                TLane inverse = TLane.SelectGreater(cut, eigenvalue, TLane.Zero, TLane.One / (eigenvalue + penalty));
                TLane.Accumulate(-(Query[i] * Cross[i]), inverse, ref residual);
            }

            SquaredErrors.Add<TLane, double>(residual, sums, p, penalties.Length);
        }
    }
}

/// <summary>Its kernels.</summary>
internal sealed class RegressionKernels(int dimension, double[]? whitening, double[] penalties, double rankTolerance) : IDoubleBundleKernels
{
    public IBundleKernel<TLane> Create<TLane>()
        where TLane : unmanaged, ISelectingLane<TLane>
        => new RegressionKernel<TLane>(dimension, whitening, penalties, rankTolerance);
}
