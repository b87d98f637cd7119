using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// The posterior mean of the task vector, which no predictor beats, where it has a closed form; the σ of each prompt's noise is known. For
/// normal tasks it is <see cref="KnownRidge"/>. For a pool of tasks w_1 … w_M, each as likely as another, it is the mean of them all
/// weighted by how well they fit:
/// <code>
/// w = Σ_j p_j w_j ,    p_j ∝ exp( −Σ_i (y_i − w_jᵀx_i)² / 2σ² ) ∝ exp( −N (w_jᵀG w_j − 2 w_jᵀg) / 2σ² )
/// </code>
/// and where σ = 0, the limit, the tasks that fit best share alike. Source: Raventós et al., <i>Pretraining task diversity and the
/// emergence of non-Bayesian in-context learning for regression</i>, 2023, where it is called dMMSE.
/// </summary>
/// <remarks>
/// The exponents are taken from the best fit of the prompt, so that none overflows. With σ = 0 two tasks share only if they fit equally
/// well to the last bit of the statistics.
/// </remarks>
[Part("bayes", "the posterior mean of normal tasks, or of tasks of a pool, with the noise of each prompt known")]
public sealed record Bayes : Baseline
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
        return known.LacksTaskCovariance ? KnownRidge.WithoutTaskCovariance(this)
            : known.Tasks.IsStandardNormal || known.Tasks is PoolTasks ? null
            : $"{Parts.NameOf(this)} has no closed form for {Parts.NameOf(known.Tasks)} tasks: they must be normal or of a pool";
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        if (known?.Tasks is not PoolTasks pool)
        {
            return new KnownRidge { Width = Width }.Evaluate(statistics, steps, known, team);
        }

        BatchCheck.IsComputed(statistics);
        PoolKernels kernels = new(statistics.Layout, statistics.ContextLength, Tasks(pool, known, statistics.Dimension));
        double[] sums = BundleLoop.Sums(statistics, SquaredErrors.Count(1), kernels, team, Width);
        return [.. Enumerable.Repeat(QueryErrors.OfColumns(sums, statistics.BatchSize)[0], steps)];
    }

    /// <summary>w_j = T ω_j, [M, d].</summary>
    private static double[] Tasks(PoolTasks pool, PromptKnowledge known, int d)
    {
        ReadOnlySpan<float> standard = pool.Vectors(d);
        double[]? root = known.TransposedTaskRoot();
        double[] tasks = new double[standard.Length];
        for (int i = 0; i < tasks.Length; i++)
        {
            int first = i / d * d;
            tasks[i] = root is null ? standard[i] : 0;
            for (int k = 0; root is not null && k < d; k++)
            {
                tasks[i] += root[(k * d) + (i % d)] * standard[first + k];
            }
        }

        return tasks;
    }
}
