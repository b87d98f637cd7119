using System.Diagnostics;
using LinearTransformers.Numerics;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary>The iteration of <c>iteration.py</c> here: draws, statistics, gradient, clipping and step.</summary>
internal sealed class OurIteration : IDisposable
{
    private readonly WorkerTeam _team;
    private readonly TrainingRun<float> _run;

    public OurIteration(StreamKind stream, int batchSize, int threads)
        : this(Settings(stream, batchSize), threads)
    {
    }

    public OurIteration(TrainingSettings settings, int threads)
    {
        _team = new(threads);
        _run = new(settings, threads > 1 ? _team : null);
    }

    /// <summary>Those of <c>iteration.py</c>.</summary>
    public static TrainingSettings Settings(StreamKind stream, int batchSize) => new()
    {
        Stream = stream,
        BatchSize = batchSize,
        InitialDeviation = 1e-4,
        LearningRate = 1e-3,
        ClipThreshold = 1000,
        MaxIterations = int.MaxValue,
        HistoryStride = int.MaxValue,
    };

    /// <summary>The best time of an iteration within a window of so many seconds, in milliseconds.</summary>
    public double Milliseconds(double seconds)
    {
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long begin = Stopwatch.GetTimestamp();
            Next();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        return best;
    }

    /// <summary>One iteration.</summary>
    public void Next()
    {
        using CancellationTokenSource stop = new();
        if (_run.Run(onIteration: stop.Cancel, stop: stop.Token) is not RunStatus.Unfinished)
        {
            throw new InvalidOperationException($"the run ended at iteration {_run.Iteration}: {_run.Status}");
        }
    }

    public void Dispose() => _team.Dispose();
}
