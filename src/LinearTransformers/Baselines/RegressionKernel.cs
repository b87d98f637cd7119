using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>Least squares and ridge regression with many penalties ρ, the same for all prompts.</summary>
internal sealed unsafe class RegressionKernel<TLane>(int dimension, double[]? whitening, double[] penalties, double rankTolerance)
    : RidgeKernel<TLane>(dimension, whitening, rankTolerance)
    where TLane : unmanaged, ISelectingLane<TLane>
{
    [MethodImpl(Apart)]
    protected override void Add(int first, int count, TLane* sums)
    {
        TLane cut = Cut();
        for (int p = 0; p < penalties.Length; p++)
        {
            SquaredErrors.Add<TLane, double>(Residual(TLane.Broadcast(penalties[p]), cut), sums, p, penalties.Length);
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
