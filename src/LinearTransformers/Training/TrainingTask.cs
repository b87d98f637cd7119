using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>What a run trains, and on what: a model's loss on batches that come one after another.</summary>
/// <typeparam name="T">float or double, the precision of parameters and losses.</typeparam>
internal sealed class TrainingTask<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string BatchStream = "batch.stream";
    private const string BatchIsRefreshed = "batch.refreshed";

    private readonly TrainingSettings _settings;
    private readonly WorkerTeam? _team;
    private readonly BatchLoss<T> _loss;
    private readonly Action _drawNext;
    private readonly DataSet? _set;
    private PromptBatch _batch;
    private PromptBatch? _next;
    private IStream? _stream;
    private StreamState? _beforeNext;
    private WorkerTeam.Begun? _drawing;
    private IReadOnlyList<Tensor> _saved = [];

    /// <summary>Draws the batch that is refreshed later on, where there is one.</summary>
    public TrainingTask(TrainingSettings settings, IStream stream, Covariance? covariance, WorkerTeam? team)
    {
        _settings = settings;
        _team = team;
        Covariance = covariance;
        _batch = new PromptBatch(settings.Prompts(covariance));
        _loss = settings.NewLoss<T>(team);
        _drawNext = () => _next!.Draw(_stream!);
        if (settings.DataSet is { } size)
        {
            _set = new DataSet(_batch.Settings with { BatchSize = size }, stream);
            if (IsWholeSet)
            {
                _batch.Choose(_set, stream);
                _loss.Load(_batch);
            }
        }
        else if (settings.ResampleEvery is not null)
        {
            AdvanceKept(stream, isRefreshed: false);
            _loss.Load(_batch);
        }
    }

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout => _loss.Layout;

    /// <summary>The covariates' covariance; null for the identity.</summary>
    public Covariance? Covariance { get; }

    /// <summary>
    /// Takes the batch of an iteration from the stream, if a new one is due, and has another thread draw the one after it.
    /// </summary>
    public void NextBatch(IStream stream, int iteration)
    {
        if (_set is not null)
        {
            if (IsWholeSet)
            {
                return;
            }

            _batch.Choose(_set, stream);
        }
        else if (_settings.ResampleEvery is not { } every)
        {
            if (stream is NativeStream)
            {
                // Every thread draws its own prompts: there is nothing to draw ahead.
                _loss.LoadNext(_batch, stream);
                return;
            }

            // Where no thread was free to draw ahead, the batch is drawn into the memory of the last one, which is still near.
            if (_drawing is null || _drawing.TryTakeBack())
            {
                _drawing = null;
                _batch.Draw(stream);
            }
            else
            {
                FinishDrawing();
                (_batch, _next) = (_next!, _batch);
            }

            if (_team is { Threads: > 1 } && iteration + 1 < _settings.MaxIterations)
            {
                _next ??= new PromptBatch(_batch.Settings);
                _stream = stream;
                _beforeNext = stream.Save();
                _drawing = _team.Begin(_drawNext);
            }
        }
        else if (every > 0 && iteration % every == 0)
        {
            AdvanceKept(stream, isRefreshed: true);
        }
        else
        {
            return;
        }

        _loss.Load(_batch);
    }

    /// <summary>The current batch as <see cref="SaveBatch"/> gives it, if an iteration is going to change it; null otherwise.</summary>
    public IReadOnlyList<Tensor>? SaveBatchBefore(int iteration)
        => OutlivesAnIteration && iteration % _settings.ResampleEvery == 0 ? SaveBatch() : null;

    /// <summary>The loss on the current batch, and its gradient.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient) => _loss.Evaluate(parameters, gradient);

    /// <summary>What is done to parameters after each step.</summary>
    public void AfterStep(Span<T> parameters)
    {
        if (_settings.ZeroP)
        {
            _settings.Model.ZeroP(_settings.Sizes, parameters);
        }
    }

    /// <summary>Where the stream stands after the current batch: what is drawn ahead does not count.</summary>
    public StreamState StateOf(IStream stream) => _drawing is null ? stream.Save() : _beforeNext!;

    /// <summary>Whether every batch is the whole data set.</summary>
    private bool IsWholeSet => _settings.DataSet == _settings.BatchSize;

    /// <summary>Whether a batch serves several iterations and is not the first, which is drawn again when a run is taken up.</summary>
    private bool OutlivesAnIteration => _settings.ResampleEvery > 1;

    /// <summary>
    /// The current batch, if later iterations depend on it: where its stream stood before it, and how it was drawn from there.
    /// </summary>
    public IReadOnlyList<Tensor> SaveBatch() => _saved;

    /// <summary>Takes up what <see cref="SaveBatch"/> gave, or the numbers of a batch, as runs of earlier versions saved them.</summary>
    public void RestoreBatch(TensorFile state)
    {
        if (!OutlivesAnIteration)
        {
            return;
        }

        if (state.TryGet(BatchStream, out _))
        {
            // A stream of its own: others may share the run's.
            IStream stream = _settings.Stream is StreamKind.Native ? new NativeStream(0) : new TorchStream(0);
            stream.Restore(new StreamState(state.Get<uint>(BatchStream).ToArray()));
            AdvanceKept(stream, state.GetScalar<long>(BatchIsRefreshed) != 0);
        }
        else
        {
            _batch.TakeUp(state);
            _saved = [.. ((string[])["batch.covariates", "batch.tasks", BatchIsRefreshed]).Select(name => state[name])];
        }

        _loss.Load(_batch);
    }

    /// <summary>Advances the stream past a batch that is kept, and notes how, if it has to be known later.</summary>
    private void AdvanceKept(IStream stream, bool isRefreshed)
    {
        if (OutlivesAnIteration)
        {
            _saved = [Tensor.Vector(BatchStream, stream.Save().Words), Tensor.Scalar(BatchIsRefreshed, isRefreshed ? 1L : 0L)];
        }

        if (isRefreshed)
        {
            _batch.Refresh(stream, isReadBeforeNextDraw: !OutlivesAnIteration, _loss.StatisticsSuffice);
        }
        else
        {
            _batch.Draw(stream);
        }
    }

    /// <summary>Returns when nobody is drawing any more.</summary>
    public void FinishDrawing()
    {
        _drawing?.Wait();
        _drawing = null;
    }
}
