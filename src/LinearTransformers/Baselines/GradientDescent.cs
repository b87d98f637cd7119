using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>Gradient descent with one step size for all steps: <see cref="GradientDescent{T}"/>.</summary>
[Part("gd", "gradient descent")]
public sealed record GradientDescent : Baseline
{
    /// <summary>The step size η; null for the best on a batch.</summary>
    [Setting(Position = 1, Value = "step")]
    public double? StepSize { get; init; }

    /// <inheritdoc/>
    public override bool NeedsTuning => StepSize is null;

    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
        => StepSize is null ? this with { StepSize = Of(statistics, team).Best(steps, statistics).StepSize } : this;

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        return Of(statistics, team).Errors(Chosen(StepSize, "step size"), steps, statistics);
    }

    private GradientDescent<T> Of<T>(GramStatistics<T> statistics, WorkerTeam? team)
        where T : unmanaged
        => GradientDescent<T>.For(statistics, null, team, Width);
}

/// <summary>
/// Gradient descent, plain or preconditioned, on each prompt's own least-squares loss (1/2N) Σ (wᵀx_i − y_i)², from
/// w_0 = 0:
/// <code>
/// w_(k+1) = w_k + η_k M (g − G w_k) ,    G = (1/N) Σ x_i x_iᵀ ,    g = (1/N) Σ x_i y_i ,    M = I or Σ⁻¹ ,
/// </code>
/// scored by the mean squared query error (1/B) Σ (w_kᵀx_q − y_q)² over a batch. L steps are what a linear transformer
/// of L layers with P̂ = 0 and Q̂_k = −η_k M computes (paper [1], section 4); the cost does not depend on N. Sums are in a
/// fixed order: the same bits on any number of threads, and for a step size alone or in a grid.
/// </summary>
/// <remarks>
/// <para>The published code sums over examples where this takes the mean: its step size is ours divided by N, see
/// <see cref="PublishedBaselines"/>.</para>
/// <para>Not for use from several threads at once.</para>
/// </remarks>
/// <typeparam name="T">float, as the published code computes, or double.</typeparam>
/// <example>
/// <code>
/// GradientDescent&lt;float&gt; descent = new(5, covariance);
/// double loss = descent.Loss(0.6, steps: 3, statistics);
/// BestStepSize best = descent.Best(steps: 3, statistics);
/// </code>
/// </example>
public sealed partial class GradientDescent<T>
    where T : unmanaged
{
    private readonly double[]? _preconditioner;
    private readonly WorkerTeam? _team;
    private readonly bool _knownDimension;
    private readonly LaneWidth? _width;

    /// <summary>Gradient descent in this dimension.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="preconditioner">Σ, whose inverse U D⁻² Uᵀ preconditions; null for plain gradient descent.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <exception cref="ArgumentException">Σ has another dimension.</exception>
    public GradientDescent(int dimension, Covariance? preconditioner = null, WorkerTeam? team = null)
        : this(dimension, preconditioner, team, dimension == 5)
    {
    }

    internal GradientDescent(int dimension, Covariance? preconditioner, WorkerTeam? team, bool knownDimension, LaneWidth? width = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        BatchCheck.Fits(dimension, preconditioner);
        BatchCheck.IsNumber<T>();
        Dimension = dimension;
        _preconditioner = preconditioner is null ? null : CovarianceRoots.Inverse(preconditioner);
        (_team, _knownDimension, _width) = (team, knownDimension, width);
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>The mean squared query error after steps of one size.</summary>
    /// <param name="stepSize">η, finite.</param>
    /// <param name="steps">L ≥ 1.</param>
    /// <param name="statistics">The batch.</param>
    public double Loss(double stepSize, int steps, GramStatistics<T> statistics)
        => Losses([stepSize], steps, statistics)[0, steps - 1];

    /// <summary>The mean squared query error after one step of each size.</summary>
    /// <param name="stepSizes">η_0 … η_(L−1), finite.</param>
    /// <param name="statistics">The batch.</param>
    public double Loss(ReadOnlySpan<double> stepSizes, GramStatistics<T> statistics)
        => Evaluate([.. stepSizes], stepSizes.Length, statistics)[^1].Loss;

    /// <summary>
    /// The mean squared query errors of many constant step sizes after 1, 2, … steps, in one pass over the batch:
    /// [step sizes, steps], entry [i, k] after k + 1 steps of size i.
    /// </summary>
    /// <param name="stepSizes">Values of η, finite.</param>
    /// <param name="steps">The largest number of steps, at least 1.</param>
    /// <param name="statistics">The batch.</param>
    public double[,] Losses(ReadOnlySpan<double> stepSizes, int steps, GramStatistics<T> statistics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        double[] schedules = new double[stepSizes.Length * steps];
        for (int i = 0; i < stepSizes.Length; i++)
        {
            schedules.AsSpan(i * steps, steps).Fill(stepSizes[i]);
        }

        QueryErrors[] errors = Evaluate(schedules, steps, statistics);
        double[,] table = new double[stepSizes.Length, steps];
        for (int i = 0; i < errors.Length; i++)
        {
            table[i / steps, i % steps] = errors[i].Loss;
        }

        return table;
    }

    /// <summary>Gradient descent on batches of a dimension, in lanes of a width.</summary>
    internal static GradientDescent<T> For(GramStatistics<T> statistics, Covariance? preconditioner, WorkerTeam? team, LaneWidth? width)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return new GradientDescent<T>(statistics.Dimension, preconditioner, team, statistics.Dimension == 5, width);
    }

    /// <summary>The squared query errors after 1, 2, … steps of one size.</summary>
    internal QueryErrors[] Errors(double stepSize, int steps, GramStatistics<T> statistics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return Evaluate([.. Enumerable.Repeat(stepSize, steps)], steps, statistics);
    }

    /// <summary>The squared query errors after each step of schedules, [schedules, steps].</summary>
    private QueryErrors[] Evaluate(double[] schedules, int steps, GramStatistics<T> statistics)
    {
        BatchCheck.Fits(Dimension, statistics);
        if (schedules.Length == 0)
        {
            throw new ArgumentException("there is no step size: at least one is needed");
        }

        foreach (double stepSize in schedules)
        {
            if (!double.IsFinite(stepSize))
            {
                throw new ArgumentException($"a step size is {stepSize}: it must be finite");
            }
        }

        return new StepsKernels(Dimension, _knownDimension, _preconditioner, schedules, steps).Errors(statistics, _team, _width);
    }
}
