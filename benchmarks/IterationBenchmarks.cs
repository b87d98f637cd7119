using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Training;
using Perfolizer.Horology;

namespace LinearTransformers.Benchmarks;

/// <summary>
/// An iteration of the published simple demonstration (N = 20, d = 5, three layers) on one core, whole and in its
/// parts. Several launches: vectors spilt to the stack run at different speeds from launch to launch.
/// </summary>
[Config(typeof(Launches))]
public class IterationBenchmarks
{
    private sealed class Launches : ManualConfig
    {
        public Launches() => AddJob(Job.Default
            .WithLaunchCount(3)
            .WithWarmupCount(3)
            .WithIterationCount(8)
            .WithIterationTime(TimeInterval.FromMilliseconds(250)));
    }

    private readonly LinearTransformerShape _shape = new(3, 1, 5);
    private readonly TorchStream _stream = new(0);
    private TrainingRun<float> _run = null!;
    private PromptBatch _batch = null!;
    private GramStatistics<float> _statistics = null!;
    private GramLoss<float> _loss = null!;
    private float[] _parameters = null!;
    private float[] _gradient = null!;

    [Params(1000, 4000, 20000)]
    public int BatchSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _run = new(new TrainingSettings
        {
            BatchSize = BatchSize,
            InitialDeviation = 1e-4,
            LearningRate = 1e-3,
            ClipThreshold = 1000,
            MaxIterations = int.MaxValue,
            HistoryStride = int.MaxValue,
        });
        _parameters = _shape.Initialize(_stream, 0.3f);
        _gradient = new float[_parameters.Length];
        _batch = new(new() { BatchSize = BatchSize, ContextLength = 20, Dimension = 5 });
        _batch.Draw(_stream);
        _statistics = new(BatchSize, 5);
        _statistics.Compute(_batch);
        _loss = new(_shape);
    }

    [Benchmark(Baseline = true)]
    public void Iteration()
    {
        using CancellationTokenSource stop = new();
        _run.Run(onIteration: stop.Cancel, stop: stop.Token);
    }

    /// <summary>The words of a batch.</summary>
    [Benchmark]
    public void Draw() => _batch.Draw(_stream);

    /// <summary>Their normals, and the statistics.</summary>
    [Benchmark]
    public void Gram() => _statistics.Compute(_batch);

    [Benchmark]
    public double LossAndGradient() => _loss.Evaluate(_parameters, _statistics, _gradient);

    [Benchmark]
    public double Loss() => _loss.Evaluate(_parameters, _statistics);
}
