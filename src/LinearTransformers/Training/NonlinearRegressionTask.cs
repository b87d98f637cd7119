using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>The nonlinear-regression model on labels made by a fixed random network, a fresh batch every iteration.</summary>
internal sealed class NonlinearRegressionTask<T> : ITrainingTask<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NonlinearRegressionShape _shape;
    private readonly WorkerTeam? _team;
    private readonly NonlinearLoss<T> _loss;
    private readonly PromptBatch _batch;
    private readonly TokenBundles<T> _tokens;

    public NonlinearRegressionTask(TrainingSettings settings, WorkerTeam? team)
    {
        _shape = settings.NonlinearShape;
        _team = team;
        _batch = new PromptBatch(settings.Prompts(null));
        _tokens = new TokenBundles<T>(settings.BatchSize, settings.ContextLength, settings.Dimension);
        _loss = new NonlinearLoss<T>(_shape, team);
    }

    public ParameterLayout Layout => _shape.Layout;

    public int MatrixSize => _shape.MatrixSize;

    public Covariance? Covariance => null;

    public void NextBatch(IStream stream, int iteration)
    {
        _batch.Draw(stream, _team);
        _tokens.Fill(_batch, _team);
    }

    public double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient) => _loss.Evaluate(parameters, _tokens, gradient);

    public void AfterStep(Span<T> parameters)
    {
    }

    public IReadOnlyList<Tensor> SaveBatch() => [];

    public void RestoreBatch(TensorFile state)
    {
    }
}
