using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Ridge regression with the noise of each prompt estimated from the residuals of least squares, by pairs of a factor a and a maximum m:
/// <code>
/// σ̂² = (1/(N − d)) Σ (y_i − ŵᵀx_i)² = (N/(N − d)) ( (1/N) Σ y² − Σ_{λ_i > τ max λ} g_i²/λ_i )    ρ = min(a σ̂², m)/N
/// </code>
/// and 0 where roundings make it negative. Behind the sums of squared errors it adds up σ̂².
/// </summary>
internal sealed unsafe class NoiseEstimateKernel<TLane> : RidgeKernel<TLane>
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private readonly (double Factor, double Maximum)[] _pairs;
    private readonly int _square;
    private readonly TLane _unbiased;
    private readonly TLane _perExample;

    /// <summary>A kernel with its room.</summary>
    /// <param name="layout">Of statistics with (1/N) Σ y².</param>
    /// <param name="contextLength">N, above d.</param>
    /// <param name="root">Tᵀ, [d, d], or null for the identity.</param>
    /// <param name="pairs">Factors and maxima; a maximum may be infinite.</param>
    /// <param name="rankTolerance">τ.</param>
    public NoiseEstimateKernel(
        GramLayout layout, int contextLength, double[]? root, (double Factor, double Maximum)[] pairs, double rankTolerance)
        : base(layout.Dimension, root, rankTolerance)
    {
        (_pairs, _square) = (pairs, layout.Square);
        _unbiased = TLane.Broadcast((double)contextLength / (contextLength - layout.Dimension));
        _perExample = TLane.Broadcast(1.0 / contextLength);
    }

    [MethodImpl(Apart)]
    protected override void Add(int first, int count, TLane* sums)
    {
        TLane cut = Cut();
        TLane rest = Statistics[_square];
        for (int i = 0; i < Dimension; i++)
        {
            TLane eigenvalue = Eigenvalue(i);
            TLane inverse = TLane.SelectGreater(cut, eigenvalue, TLane.Zero, TLane.One / eigenvalue);
            TLane.Accumulate(-(Cross[i] * Cross[i]), inverse, ref rest);
        }

        TLane estimate = TLane.Larger(rest, TLane.Zero) * _unbiased;
        for (int p = 0; p < _pairs.Length; p++)
        {
            TLane scaled = estimate * TLane.Broadcast(_pairs[p].Factor);
            TLane maximum = TLane.Broadcast(_pairs[p].Maximum);
            TLane penalty = TLane.SelectGreater(scaled, maximum, maximum, scaled) * _perExample;
            SquaredErrors.Add<TLane, double>(Residual(penalty, cut), sums, p, _pairs.Length);
        }

        sums[SquaredErrors.Count(_pairs.Length)] += estimate;
    }
}

/// <summary>Its kernels, and what they add up on a batch.</summary>
internal sealed class NoiseEstimateKernels(
    GramLayout layout, int contextLength, double[]? root, (double Factor, double Maximum)[] pairs, double rankTolerance)
    : IDoubleBundleKernels
{
    /// <summary>The squared query errors with each pair of a factor and a maximum, and the mean of σ̂².</summary>
    public static (QueryErrors[] Errors, double Estimate) Of<T>(
        GramStatistics<T> statistics, PromptKnowledge? known, (double Factor, double Maximum)[] pairs, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
    {
        NoiseEstimateKernels kernels = new(
            statistics.Layout, statistics.ContextLength, known?.TransposedTaskRoot(), pairs,
            LeastSquares.UsualTolerance(statistics.AreSingle));
        double[] sums = BundleLoop.Sums(statistics, SquaredErrors.Count(pairs.Length) + 1, kernels, team, width);
        return (QueryErrors.OfColumns(sums.AsSpan(..^1), statistics.BatchSize), sums[^1] / statistics.BatchSize);
    }

    public IBundleKernel<TLane> Create<TLane>()
        where TLane : unmanaged, ISelectingLane<TLane>
        => new NoiseEstimateKernel<TLane>(layout, contextLength, root, pairs, rankTolerance);
}
