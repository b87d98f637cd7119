using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Baselines;

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
    private readonly IDescentEngine<T> _engine;

    /// <summary>Gradient descent in this dimension.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="preconditioner">Σ, whose inverse U D⁻² Uᵀ preconditions; null for plain gradient descent.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <exception cref="ArgumentException">Σ has another dimension.</exception>
    public GradientDescent(int dimension, Covariance? preconditioner = null, WorkerTeam? team = null)
        : this(dimension, preconditioner, team, dimension == 5)
    {
    }

    internal GradientDescent(int dimension, Covariance? preconditioner, WorkerTeam? team, bool knownDimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        BatchCheck.Fits(dimension, preconditioner);
        Dimension = dimension;
        double[]? matrix = preconditioner is null ? null : InverseCovariance.Matrix(preconditioner);
        object engine = (typeof(T) == typeof(float), knownDimension) switch
        {
            (true, true) => new DescentEngine<SingleLanes, float, Dimension5>(dimension, matrix, team),
            (true, false) => new DescentEngine<SingleLanes, float, AnyDimension>(dimension, matrix, team),
            (false, true) => new DescentEngine<DoubleLanes, double, Dimension5>(dimension, matrix, team),
            (false, false) => new DescentEngine<DoubleLanes, double, AnyDimension>(dimension, matrix, team),
        };
        _engine = engine as IDescentEngine<T>
            ?? throw new NotSupportedException($"baselines are computed in float or double, not {typeof(T)}");
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
    {
        double[] losses = new double[stepSizes.Length];
        Evaluate(stepSizes, stepSizes.Length, statistics, losses);
        return losses[^1];
    }

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

        double[] losses = new double[schedules.Length];
        Evaluate(schedules, steps, statistics, losses);
        double[,] table = new double[stepSizes.Length, steps];
        Buffer.BlockCopy(losses, 0, table, 0, losses.Length * sizeof(double));
        return table;
    }

    private void Evaluate(ReadOnlySpan<double> schedules, int steps, GramStatistics<T> statistics, Span<double> losses)
    {
        BatchCheck.Fits(Dimension, statistics);
        if (schedules.IsEmpty)
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

        _engine.Evaluate(schedules, steps, statistics, losses);
    }
}
