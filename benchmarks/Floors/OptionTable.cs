using System.Globalization;
using LinearTransformers.Benchmarks.PyTorch;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// What options cost: an iteration with each beside one without, d = 5, N = 20, L = 3, B = 4000. All take turns in short windows, and of
/// each the best iteration counts.
/// </summary>
internal static class OptionTable
{
    private const double WarmUp = 1;
    private const double Window = 0.05;
    private const int Rounds = 60;

    private static readonly (string Option, Func<TrainingSettings, TrainingSettings> With)[] Options =
    [
        ("none", settings => settings),
        ("`--noise 0.5`", settings => settings with { Noise = new FixedNoise { Deviation = 0.5 } }),
        ("`--noise uniform:1`", settings => settings with { Noise = new UniformNoise() }),
        ("`--covariance spectrum:…`", settings => settings with
        {
            Covariance = new SpectrumCovariance { Eigenvalues = [1, 1, 0.0625, 0.25, 4] },
        }),
        ("`--tasks sparse:2`", settings => settings with { Tasks = new SparseTasks { Entries = 2 } }),
        ("`--tasks pool:64`", settings => settings with { Tasks = new PoolTasks() }),
        ("`--tasks sphere`", settings => settings with { Tasks = new SphereTasks() }),
        ("`--parameters full`", settings => settings with { Model = new LinearTransformerModel { Parameters = new FullStructure() } }),
    ];

    public static void Print()
    {
        foreach (int threads in Environment.ProcessorCount > 1 ? (int[])[1, Environment.ProcessorCount] : [1])
        {
            Console.WriteLine($"| option | torch stream, {threads} threads | times | native stream | times |");
            Console.WriteLine("|---|---|---|---|---|");
            double[] torch = Milliseconds(StreamKind.Torch, threads);
            double[] native = Milliseconds(StreamKind.Native, threads);
            for (int i = 0; i < Options.Length; i++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Options[i].Option} | {torch[i]:0.000} ms | {torch[i] / torch[0]:0.00} "
                        + $"| {native[i]:0.000} ms | {native[i] / native[0]:0.00} |"));
            }

            Console.WriteLine();
        }
    }

    private static double[] Milliseconds(StreamKind stream, int threads)
    {
        TrainingSettings settings = OurIteration.Settings(stream, 4000);
        OurIteration[] iterations = [.. Options.Select(option => new OurIteration(option.With(settings), threads))];
        double[] best = [.. iterations.Select(iteration => iteration.Milliseconds(WarmUp))];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < best.Length; i++)
            {
                best[i] = Math.Min(best[i], iterations[i].Milliseconds(Window));
            }
        }

        foreach (OurIteration iteration in iterations)
        {
            iteration.Dispose();
        }

        return best;
    }
}
