using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>From a batch's Gram statistics.</summary>
/// <param name="layout">The model's parameters.</param>
/// <param name="live">Those that the loss depends on.</param>
/// <param name="passes">Its kernel.</param>
/// <param name="statistics">The batch, where it is known.</param>
/// <param name="team">Who shares the work; null for the caller alone.</param>
internal sealed class GramBatchLoss<T>(
    ParameterLayout layout, int[] live, IGramPassFactory passes, GramStatistics<T>? statistics, WorkerTeam? team)
    : BatchLoss<T>(layout, live, team)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GramEvaluator<T> _evaluator = new(passes, team, null);
    private GramStatistics<T>? _statistics = statistics;

    public static GramBatchLoss<T> Sparse(LinearTransformerShape shape, GramStatistics<T>? statistics, WorkerTeam? team)
        => new(shape.Layout, ParameterCoordinates.Live(shape), new GramPasses(shape, shape.Dimension == 5), statistics, team);

    internal override bool StatisticsSuffice => true;

    public override void Load(PromptBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        For(batch.Settings).Compute(batch, Team);
    }

    public override double Evaluate(ReadOnlySpan<T> parameters) => _evaluator.Evaluate(parameters, Loaded);

    public override double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient) => _evaluator.Evaluate(parameters, Loaded, gradient);

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
        => _evaluator.Evaluate(parameters, Loaded, direction, gradient, product);

    public override void Residuals(ReadOnlySpan<T> parameters, Span<T> residuals)
        => _evaluator.Residuals(parameters, Loaded, residuals);

    public override void Sensitivities(ReadOnlySpan<T> parameters, Span<T> sensitivities)
    {
        _evaluator.QuerySlopes(parameters, Loaded, sensitivities);
        DualResiduals.Negate(sensitivities);
    }

    public override void Labels(Span<T> labels) => Loaded.CopyLabels(labels);

    private GramStatistics<T> Loaded => _statistics ?? throw NothingLoaded();

    private GramStatistics<T> For(PromptSettings settings)
    {
        if (_statistics?.BatchSize != settings.BatchSize || _statistics.Dimension != settings.Dimension)
        {
            _statistics = new(settings.BatchSize, settings.Dimension, passes.Statistics.HasSquare);
        }

        return _statistics;
    }
}
