using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>The linear transformer, in Gram space.</summary>
internal sealed class LinearTransformerTask<T> : ITrainingTask<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TrainingSettings _settings;
    private readonly WorkerTeam? _team;
    private readonly InContextLoss<T> _loss;
    private readonly PromptBatch _batch;
    private readonly GramStatistics<T> _statistics;

    /// <summary>Draws the batch that is refreshed later on, where there is one.</summary>
    public LinearTransformerTask(TrainingSettings settings, IStream stream, Covariance? covariance, WorkerTeam? team)
    {
        _settings = settings;
        _team = team;
        Covariance = covariance;
        _batch = new PromptBatch(settings.Prompts(covariance));
        _statistics = new GramStatistics<T>(settings.BatchSize, settings.Dimension);
        _loss = new InContextLoss<T>(settings.Shape, team);
        if (settings.ResampleEvery is not null)
        {
            _batch.Draw(stream);
            _statistics.Compute(_batch, _team);
        }
    }

    public ParameterLayout Layout => _settings.Shape.Layout;

    public int MatrixSize => _settings.Shape.MatrixSize;

    public Covariance? Covariance { get; }

    public void NextBatch(IStream stream, int iteration)
    {
        if (_settings.ResampleEvery is not { } every)
        {
            _batch.Draw(stream);
        }
        else if (every > 0 && iteration % every == 0)
        {
            _batch.Refresh(stream);
        }
        else
        {
            return;
        }

        _statistics.Compute(_batch, _team);
    }

    public double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient) => _loss.Evaluate(parameters, _statistics, gradient);

    public void AfterStep(Span<T> parameters)
    {
        if (_settings.ZeroP)
        {
            LinearTransformer.ZeroP(_settings.Shape, parameters);
        }
    }

    public IReadOnlyList<Tensor> SaveBatch() => _settings.ResampleEvery > 0 ? _batch.Save() : [];

    public void RestoreBatch(TensorFile state)
    {
        if (_settings.ResampleEvery > 0)
        {
            _batch.Restore(state);
            _statistics.Compute(_batch, _team);
        }
    }
}
