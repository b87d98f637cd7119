using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Tests.Kernels;

/// <summary>A random shape with random parameters and prompts, and vectors: d 1–8 or a smaller limit, N 1–20, L 1–4, heads 1–2.</summary>
internal sealed class HessianProblem
{
    private readonly System.Random _random;

    public HessianProblem(int seed, int largestDimension = 8)
    {
        _random = new System.Random(seed);
        Shape = new(_random.Next(1, 5), _random.Next(1, 3), _random.Next(1, largestDimension + 1));
        int contextLength = _random.Next(1, 21);
        int batchSize = _random.Next(1, 40);
        int d = Shape.Dimension;
        Parameters = [.. Vector(Shape.ParameterCount).Select(x => 0.6 * x / Math.Sqrt(d))];
        Statistics = GramStatistics<double>.FromTokens(Vector(batchSize * (contextLength + 1) * (d + 1)), Vector(batchSize), d);
    }

    public LinearTransformerShape Shape { get; }

    public double[] Parameters { get; }

    public GramStatistics<double> Statistics { get; }

    /// <summary>The loss on these prompts.</summary>
    public BatchLoss<double> Loss(WorkerTeam? team = null) => BatchLoss<double>.Of(Shape, Statistics, team);

    /// <summary>A vector in parameter space.</summary>
    public double[] Direction() => Vector(Shape.ParameterCount);

    /// <summary>A number between −½ and ½.</summary>
    public double Number() => _random.NextDouble() - 0.5;

    private double[] Vector(int length) => [.. Enumerable.Range(0, length).Select(_ => Number())];
}
