using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>From a batch's tokens.</summary>
internal sealed class TokenBatchLoss<T>(ParameterLayout layout, int[] live, TokenLoss<T> loss, WorkerTeam? team)
    : BatchLoss<T>(layout, live, team)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private TokenBundles<T>? _tokens;

    public override void Load(PromptBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_tokens is null || !_tokens.Fits(batch))
        {
            _tokens = new(batch.Settings.BatchSize, batch.Settings.ContextLength, batch.Settings.Dimension);
        }

        _tokens.Fill(batch, Team);
    }

    public override double Evaluate(ReadOnlySpan<T> parameters) => loss.Evaluate(parameters, _tokens ?? throw NothingLoaded());

    public override double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
        => loss.Evaluate(parameters, _tokens ?? throw NothingLoaded(), gradient);

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
        => loss.Evaluate(parameters, _tokens ?? throw NothingLoaded(), direction, gradient, product);

    public override void Residuals(ReadOnlySpan<T> parameters, Span<T> residuals)
        => loss.Residuals(parameters, _tokens ?? throw NothingLoaded(), residuals);

    public override void Sensitivities(ReadOnlySpan<T> parameters, Span<T> sensitivities)
    {
        loss.QuerySlopes(parameters, _tokens ?? throw NothingLoaded(), sensitivities);
        DualResiduals.Negate(sensitivities);
    }

    public override void Labels(Span<T> labels) => (_tokens ?? throw NothingLoaded()).CopyLabels(labels);

    public override void HessianDiagonal(ReadOnlySpan<T> parameters, Span<double> diagonal)
    {
        if (loss is not NonlinearRegressionLoss<T> nonlinear)
        {
            base.HessianDiagonal(parameters, diagonal);
            return;
        }

        double[] entries = new double[Live.Count];
        nonlinear.Diagonal(parameters, _tokens ?? throw NothingLoaded(), Live, entries);
        diagonal.Clear();
        for (int i = 0; i < entries.Length; i++)
        {
            diagonal[Live[i]] = entries[i];
        }
    }
}
