using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Least squares of least norm wᵀΨ⁻¹w: <see cref="LeastSquares{T}"/> on covariates Tᵀx, Ψ = T Tᵀ, which Ψ = Σ⁻¹ whitens.
/// </summary>
[Part("ols", "least squares of least norm")]
public sealed record LeastSquares : Baseline
{
    /// <inheritdoc/>
    public override bool TakesSteps => false;

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        LeastSquares<T> regression = new(statistics.Dimension, known?.TransposedTaskRoot(), team, Width);
        return [.. Enumerable.Repeat(regression.Errors([0], statistics)[0], steps)];
    }

    /// <summary>2⁻²⁰ in single and 2⁻⁴⁶ in double precision: somewhat more than roundings of statistics leave of what is zero.</summary>
    internal static double UsualTolerance(bool areSingle) => areSingle ? 1.0 / (1 << 20) : 1.0 / (1L << 46);
}

/// <summary>
/// Least squares of least norm, and ridge regression, on each prompt's context:
/// <code>
/// w = G⁺ g    or    w = (G + ρ I)⁻¹ g ,    G = (1/N) Σ x_i x_iᵀ ,    g = (1/N) Σ x_i y_i ,
/// </code>
/// the latter the minimum of (1/N) Σ (wᵀx_i − y_i)² + ρ ‖w‖², scored by the mean squared query error
/// (1/B) Σ (wᵀx_q − y_q)² over a batch. With Σ given, covariates are whitened first (x ← D⁻¹ Uᵀ x), and so the norms
/// are those of Σ^½ w: with x ~ N(0,Σ), w ~ N(0,Σ⁻¹) and no noise, least squares is then the best there is for any N.
/// Sums are in a fixed order: the same bits on any number of threads.
/// </summary>
/// <remarks>
/// <para>
/// G is diagonalised, in double precision whatever T is, and an eigenvalue counts as zero, with penalty or without, if
/// it is not above <see cref="RankTolerance"/> times the largest one of its prompt. The published code does so too
/// (<c>pinv</c>), in single precision with 6·10⁻⁷.
/// </para>
/// <para>Not for use from several threads at once.</para>
/// </remarks>
/// <typeparam name="T">float or double: the precision of the statistics.</typeparam>
/// <example>
/// <code>
/// LeastSquares&lt;double&gt; regression = new(5, covariance);
/// double loss = regression.Loss(statistics);
/// double[] ridge = regression.RidgeLosses([0.001, 0.01, 0.1], statistics);
/// </code>
/// </example>
public sealed class LeastSquares<T>
    where T : unmanaged
{
    private readonly double[]? _whitening;
    private readonly WorkerTeam? _team;
    private readonly LaneWidth? _width;
    private readonly double? _rankTolerance;

    /// <summary>Least squares in this dimension.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="whitening">Σ, by which covariates are whitened; null to take them as they are.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <exception cref="ArgumentException">Σ has another dimension.</exception>
    public LeastSquares(int dimension, Covariance? whitening = null, WorkerTeam? team = null)
        : this(dimension, whitening is null ? null : CovarianceRoots.Whitening(whitening), team, null)
        => BatchCheck.Fits(dimension, whitening);

    /// <summary>Least squares on covariates W x, W [d, d] or null for the identity.</summary>
    internal LeastSquares(int dimension, double[]? whitening, WorkerTeam? team, LaneWidth? width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        BatchCheck.IsNumber<T>();
        Dimension = dimension;
        (_whitening, _team, _width) = (whitening, team, width);
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>
    /// τ: eigenvalues up to τ times the largest one count as zero. The default is 2⁻²⁰ in single and 2⁻⁴⁶ in double
    /// precision; 2⁻²⁰ too where the native stream drew the statistics, which it does in single precision.
    /// </summary>
    /// <remarks>
    /// Roundings of G leave up to 2⁻²¹ or 2⁻⁵⁰ of a zero eigenvalue when the published covariance, of condition number
    /// 16, is whitened away; for larger condition numbers raise τ in proportion. A lower τ seems to beat the floor
    /// d − N, because g = G w lets the roundings of G tell of w. A higher one takes prompts for deficient that are not:
    /// at N = d = 5 the loss, 0 in exact arithmetic, is about 3·10⁻³ with the default in single precision.
    /// </remarks>
    public double RankTolerance
    {
        get => _rankTolerance ?? LeastSquares.UsualTolerance(typeof(T) == typeof(float));
        init => _rankTolerance = value;
    }

    /// <summary>The mean squared query error of least squares.</summary>
    /// <param name="statistics">The batch.</param>
    public double Loss(GramStatistics<T> statistics) => RidgeLosses([0], statistics)[0];

    /// <summary>The mean squared query error of ridge regression.</summary>
    /// <param name="penalty">ρ ≥ 0; 0 is least squares.</param>
    /// <param name="statistics">The batch.</param>
    public double RidgeLoss(double penalty, GramStatistics<T> statistics) => RidgeLosses([penalty], statistics)[0];

    /// <summary>The mean squared query errors with many penalties, in one pass over the batch.</summary>
    /// <param name="penalties">Values of ρ, at least 0 and finite; 0 is least squares.</param>
    /// <param name="statistics">The batch.</param>
    public double[] RidgeLosses(ReadOnlySpan<double> penalties, GramStatistics<T> statistics)
        => [.. Errors([.. penalties], statistics).Select(errors => errors.Loss)];

    /// <summary>The squared query errors with many penalties.</summary>
    internal QueryErrors[] Errors(double[] penalties, GramStatistics<T> statistics)
    {
        BatchCheck.Fits(Dimension, statistics);
        foreach (double penalty in penalties)
        {
            if (!(penalty >= 0) || !double.IsFinite(penalty))
            {
                throw new ArgumentException($"a penalty is {penalty}: it must be at least 0 and finite", nameof(penalties));
            }
        }

        double rankTolerance = _rankTolerance ?? LeastSquares.UsualTolerance(statistics.AreSingle);
        RegressionKernels kernels = new(Dimension, _whitening, penalties, rankTolerance);
        return QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count(penalties.Length), kernels, _team, _width), statistics.BatchSize);
    }
}
