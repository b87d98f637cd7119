using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <content>Saving a run and taking it up again.</content>
public sealed partial class TrainingRun<T>
{
    /// <summary>Everything the rest of the run depends on.</summary>
    public IReadOnlyList<Tensor> SaveState()
    {
        return
        [
            Tensor.Scalar("iteration", (long)Iteration),
            Tensor.Scalar("loss", _begun?.LastLoss ?? LastLoss),
            .. ParameterTensors(),
            Tensor.Vector("stream", (_begun?.Stream ?? _task.StateOf(_stream)).Words),
            .. _optimizer.Save(),
            .. _begun?.Batch ?? _task.SaveBatch(),
        ];
    }

    private IEnumerable<Tensor> ParameterTensors()
    {
        int offset = 0;
        foreach (ParameterArray array in _task.Layout.Arrays)
        {
            yield return Tensor.Of(array.Name, _parameters[offset..(offset + array.Count)], [.. array.Sizes]);
            offset += array.Count;
        }
    }

    /// <summary>
    /// Takes up a state saved by a run of the same settings. Files are saved one after the other, so history and log may
    /// be ahead of the state: what lies beyond it is left out.
    /// </summary>
    /// <exception cref="TensorFormatException">State, history and log are not those of one such run.</exception>
    public void Restore(TensorFile state, History<T> history, IEnumerable<LogLine> log, RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(history);
        long iteration = state.GetScalar<long>("iteration");
        if (iteration < 0 || iteration > Settings.MaxIterations || !RecordedIterations.CanBe(Settings, iteration, status))
        {
            throw new TensorFormatException(
                $"tensor \"iteration\" is {iteration} of a run that is {status.ToString().ToLowerInvariant()}; it should be "
                    + $"{Settings.MaxIterations} of a finished run, below that of an unfinished one, and never above.");
        }

        History<T> restored = Check(history, iteration, status);
        LogLine[] lines = [.. log.Where(IsOfThisRun)];
        IEnumerable<long> logged = lines.Select(line => (long)line.Iteration)
            .Where(t => !RecordedIterations.IsLoggedAsTheLast(Settings, t) || t == iteration);
        if (!logged.SequenceEqual(RecordedIterations.Logged(Settings, iteration, status)))
        {
            throw new TensorFormatException(
                $"the log, metrics.jsonl, does not hold the iterations that a run of {iteration} iterations logs");
        }

        int offset = 0;
        foreach (ParameterArray array in _task.Layout.Arrays)
        {
            state.Get<T>(array.Name, [.. array.Sizes]).Span.CopyTo(_parameters.AsSpan(offset));
            offset += array.Count;
        }

        _optimizer.Restore(state);
        _begun = null;
        _task.FinishDrawing();
        _stream.Restore(new StreamState(state.Get<uint>("stream").ToArray()));
        LastLoss = state.GetScalar<double>("loss");
        Iteration = (int)iteration;
        Status = status;
        History = restored;
        _log.Clear();
        _log.AddRange(lines);
        _task.RestoreBatch(state);

        // A line that stands only because a run ended there is none of a longer one, and runs of earlier versions have none.
        bool IsOfThisRun(LogLine line) => line.Iteration < iteration
            ? RecordedIterations.IsLogged(Settings, line.Iteration)
            : status is RunStatus.Diverged && line.Iteration == iteration;
    }

    /// <summary>The snapshots up to the state, which must be those that this run would have taken.</summary>
    private History<T> Check(History<T> history, long iteration, RunStatus status)
    {
        if (!Equals(history.Covariance, History.Covariance))
        {
            throw new TensorFormatException(
                $"the history's U and D are not those that the run's "
                    + $"{(Settings.GivenCovariance is null ? "seed gives" : "given-covariance has")}");
        }

        History<T> restored = new(_task.Layout, History.Covariance);
        for (int i = 0; i < history.Count; i++)
        {
            long t = history.Iterations[i];
            if (t < iteration || (t == iteration && status is not RunStatus.Unfinished))
            {
                restored.Add(t, history[i]);
            }
        }

        return restored.Iterations.SequenceEqual(RecordedIterations.Snapshots(Settings, iteration, status))
            ? restored
            : throw new TensorFormatException($"the history does not hold the snapshots that a run of {iteration} iterations takes");
    }
}
