using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>The Bayes predictor of a finite pool of tasks, the noise of each prompt known: <see cref="TaskPoolBayes"/>.</summary>
internal sealed class PoolFamily : ExactFamily
{
    /// <summary>Products of a prompt's likelihoods and the pool's vectors that a sample may take.</summary>
    private const double Work = 2e9;

    private const int MostPrompts = 1_000_000;
    private const int LeastPrompts = 10_000;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, Noise: not null } && of.Settings.Tasks is PoolTasks;

    /// <inheritdoc/>
    public override bool IsOfModels => false;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of) => "Bayes";

    /// <inheritdoc/>
    public override bool IsSampled(ExactCase of) => true;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        PoolTasks pool = (PoolTasks)of.Settings.Tasks;
        ReadOnlySpan<float> vectors = pool.Vectors(of.D);
        double[,] tasks = new double[pool.Count, of.D];
        for (int j = 0; j < pool.Count; j++)
        {
            for (int i = 0; i < of.D; i++)
            {
                for (int k = 0; k < of.D; k++)
                {
                    tasks[j, i] += of.TaskRoot[i, k] * vectors[(j * of.D) + k];
                }
            }
        }

        int prompts = (int)Math.Clamp(Work / ((double)pool.Count * of.D * of.D), LeastPrompts, MostPrompts);
        SampledLoss bayes = TaskPoolBayes.Sampled(of.N, tasks, of.Covariance, of.Noise!, prompts, seed: 0, stop);
        return
        [
            new("bayes", null, bayes.Loss, null,
                FormattableString.Invariant($"Bayes for this pool of {pool.Count}, on {prompts:N0} prompts"))
            {
                StandardError = bayes.StandardError,
            },
        ];
    }
}
