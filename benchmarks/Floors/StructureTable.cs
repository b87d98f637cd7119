using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// What an iteration of training costs with each structure of parameters on one core, of small models and of a larger one, N = 20.
/// </summary>
internal static class StructureTable
{
    private const int Rounds = 3;

    private static readonly (int Dimension, int Layers, int Heads, int BatchSize)[] Sizes
        = [(5, 3, 1, 4000), (5, 3, 2, 4000), (10, 3, 1, 2048), (10, 7, 1, 2048)];

    private static readonly ParameterStructure[] Structures =
    [
        new SparseStructure(), new FullStructure(), new DiagonalStructure(), new IsotropicStructure(),
        new SeparateStructure { Rank = 5 },
    ];

    public static void Print()
    {
        Console.WriteLine($"| d | L | heads | B | stream | {string.Join(" | ", Structures.Select(structure => structure.ToString()))} |");
        Console.WriteLine($"|---|---|---|---|---|{string.Concat(Structures.Select(_ => "---|"))}");
        foreach ((int dimension, int layers, int heads, int batchSize) in Sizes)
        {
            foreach (StreamKind stream in Enum.GetValues<StreamKind>())
            {
                TrainingSettings settings = new()
                {
                    Dimension = dimension,
                    Layers = layers,
                    Heads = heads,
                    BatchSize = batchSize,
                    Stream = stream,
                    InitialDeviation = 1e-3,
                    LearningRate = 1e-6,
                    MaxIterations = int.MaxValue,
                    HistoryStride = int.MaxValue,
                };
                Console.WriteLine(
                    $"| {dimension} | {layers} | {heads} | {batchSize} | {stream.ToString().ToLowerInvariant()} | "
                        + $"{string.Join(" | ", Milliseconds(settings).Select(ms => FormattableString.Invariant($"{ms:0.00}")))} |");
            }
        }
    }

    /// <summary>Of each structure the best of some rounds, which they take in turns.</summary>
    private static double[] Milliseconds(TrainingSettings settings)
    {
        double[] best = [.. Structures.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < best.Length; i++)
            {
                TrainingSettings with = settings with { Model = new LinearTransformerModel { Parameters = Structures[i] } };
                best[i] = Math.Min(best[i], 1e3 * Scaling.SecondsOfIteration(with, threads: 1));
            }
        }

        return best;
    }
}
