using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Ridge regression that knows σ of each prompt's noise, and Ψ = T Tᵀ:
/// <code>
/// w = arg min (1/N) Σ (wᵀx_i − y_i)² + (σ²/N) wᵀΨ⁻¹w = T (TᵀG T + σ²/N)⁻¹ Tᵀ g
/// </code>
/// For w ~ N(0, Ψ) and normal noise it is the posterior mean: no predictor has a lower loss, and for Ψ = Σ⁻¹ the loss is E Σ σ²/(N λ + σ²)
/// over the eigenvalues λ of the whitened G. With σ = 0 it is least squares of least norm.
/// </summary>
/// <remarks>
/// Task vectors of another law, such as sparse ones or those of a pool, count as normal all the same: this is what <i>ridge regression</i>
/// is where models of a pool of tasks are compared with it (Raventós et al., <i>Pretraining task diversity and the emergence of
/// non-Bayesian in-context learning for regression</i>, 2023), and the oracle of Vladymyrov et al., <i>Linear transformers are versatile
/// in-context learners</i>, 2024. Eigenvalues count as zero as for <see cref="LeastSquares{T}"/>.
/// </remarks>
[Part("ridge-known", "ridge regression that knows the noise of each prompt")]
public sealed record KnownRidge : Baseline
{
    /// <inheritdoc/>
    public override bool TakesSteps => false;

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override bool NeedsDeviations => true;

    /// <inheritdoc/>
    public override string? Refusal(PromptKnowledge known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return known.LacksTaskCovariance ? WithoutTaskCovariance(this) : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        BatchCheck.IsComputed(statistics);
        Kernels kernels = new(
            statistics.Layout, statistics.ContextLength, known?.TransposedTaskRoot(), LeastSquares.UsualTolerance(statistics.AreSingle));
        double[] sums = BundleLoop.Sums(statistics, SquaredErrors.Count(1), kernels, team, Width);
        return [.. Enumerable.Repeat(QueryErrors.OfColumns(sums, statistics.BatchSize)[0], steps)];
    }

    /// <summary>What is said where Ψ is not known.</summary>
    internal static string WithoutTaskCovariance(Baseline baseline)
        => $"{Parts.NameOf(baseline)} needs the covariance of the tasks: here it is the inverse of each prompt's own";

    private sealed class Kernels(GramLayout layout, int contextLength, double[]? root, double rankTolerance) : IDoubleBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane>()
            where TLane : unmanaged, ISelectingLane<TLane>
            => new Kernel<TLane>(layout, contextLength, root, rankTolerance);
    }

    private sealed unsafe class Kernel<TLane>(GramLayout layout, int contextLength, double[]? root, double rankTolerance)
        : RidgeKernel<TLane>(layout.Dimension, root, rankTolerance)
        where TLane : unmanaged, ISelectingLane<TLane>
    {
        private readonly int _deviation = layout.Deviation;
        private readonly TLane _examples = TLane.Broadcast(contextLength);

        [MethodImpl(Apart)]
        protected override void Add(int first, int count, TLane* sums)
        {
            TLane deviation = Statistics[_deviation];
            SquaredErrors.Add<TLane, double>(Residual(deviation * deviation / _examples, Cut()), sums, 0, 1);
        }
    }
}
