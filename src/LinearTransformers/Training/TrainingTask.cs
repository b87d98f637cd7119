using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>What a run trains, and on what: a model's loss on batches that come one after another.</summary>
/// <typeparam name="T">float or double, the precision of parameters and losses.</typeparam>
internal sealed class TrainingTask<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TrainingSettings _settings;
    private readonly WorkerTeam? _team;
    private readonly BatchLoss<T> _loss;
    private readonly PromptBatch _batch;

    /// <summary>Draws the batch that is refreshed later on, where there is one.</summary>
    public TrainingTask(TrainingSettings settings, IStream stream, Covariance? covariance, WorkerTeam? team)
    {
        _settings = settings;
        _team = team;
        Covariance = covariance;
        _batch = new PromptBatch(settings.Prompts(covariance));
        _loss = settings.NewLoss<T>(team);
        if (settings.ResampleEvery is not null)
        {
            _batch.Draw(stream, team);
            _loss.Load(_batch);
        }
    }

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout => _loss.Layout;

    /// <summary>The covariates' covariance; null for the identity.</summary>
    public Covariance? Covariance { get; }

    /// <summary>Takes the batch of an iteration from the stream, if a new one is due.</summary>
    public void NextBatch(IStream stream, int iteration)
    {
        if (_settings.ResampleEvery is not { } every)
        {
            _batch.Draw(stream, _team);
        }
        else if (every > 0 && iteration % every == 0)
        {
            _batch.Refresh(stream);
        }
        else
        {
            return;
        }

        _loss.Load(_batch);
    }

    /// <summary>The loss on the current batch, and its gradient.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient) => _loss.Evaluate(parameters, gradient);

    /// <summary>What is done to parameters after each step.</summary>
    public void AfterStep(Span<T> parameters)
    {
        if (_settings.ZeroP)
        {
            LinearTransformer.ZeroP(_settings.Shape, parameters);
        }
    }

    /// <summary>The current batch, if later iterations depend on it.</summary>
    public IReadOnlyList<Tensor> SaveBatch() => _settings.ResampleEvery > 0 ? _batch.Save() : [];

    /// <summary>Takes up what <see cref="SaveBatch"/> gave.</summary>
    public void RestoreBatch(TensorFile state)
    {
        if (_settings.ResampleEvery > 0)
        {
            _batch.Restore(state);
            _loss.Load(_batch);
        }
    }
}
