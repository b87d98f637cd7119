using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;
using LinearTransformers.Numerics;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>How the cost of a training iteration grows with B, N, d, L and the number of threads, as figures.</summary>
internal static class Scaling
{
    private static readonly TrainingSettings Usual =
        new()
        {
            BatchSize = 4000,
            InitialDeviation = 1e-4,
            LearningRate = 1e-3,
            ClipThreshold = 1000,
            MaxIterations = int.MaxValue,
            HistoryStride = int.MaxValue
        };

    public static void Draw(string folder)
    {
        Directory.CreateDirectory(folder);
        int threads = Environment.ProcessorCount;
        Figure("cost-batch", "Prompts in a batch, B", [250, 500, 1000, 2000, 4000, 8000, 16000], (settings, b)
            => settings with { BatchSize = b }, threads);
        Figure("cost-context", "Context length, N", [5, 10, 20, 50, 100, 200, 500], (settings, n)
            => settings with { ContextLength = n, BatchSize = 1000 }, threads);
        Figure("cost-dimension", "Dimension, d", [2, 3, 5, 8, 10, 15, 20], (settings, d)
            => settings with { Dimension = d, BatchSize = 1000 }, threads);
        Figure("cost-layers", "Layers, L", [1, 2, 3, 4, 6, 8], (settings, l) => settings with { Layers = l, BatchSize = 1000 }, threads);

        void Figure(string name, string label, int[] values, Func<TrainingSettings, int, TrainingSettings> with, int threads)
        {
            List<Series> series = [];
            foreach (StreamKind stream in (StreamKind[])[StreamKind.Torch, StreamKind.Native])
            {
                foreach (int team in threads > 1 ? (int[])[1, threads] : [1])
                {
                    double[] milliseconds =
                        [.. values.Select(value => 1e3 * SecondsOfIteration(with(Usual with { Stream = stream }, value), team))];
                    series.Add(new Series(
                        $"{stream.ToString().ToLowerInvariant()} stream, {team} thread{(team > 1 ? "s" : "")}",
                            values.Select(value => (double)value), milliseconds)
                    {
                        Marker = Marker.Circle,
                    });
                    Console.WriteLine(
                        $"{name} {stream} {team}: {string.Join("  ", values.Zip(
                            milliseconds, (value, ms) => FormattableString.Invariant($"{value}: {ms:0.000} ms")))}");
                }
            }

            LineFigure figure = new(
                "", new Axis(label, AxisScale.Logarithmic), new Axis("Milliseconds an iteration", AxisScale.Logarithmic), series);
            File.WriteAllBytes(Path.Combine(folder, $"{name}.png"), FigureWriter.ToPng(figure));
        }
    }

    /// <summary>A whole iteration of training: draws, statistics, gradient, step.</summary>
    public static double SecondsOfIteration(TrainingSettings settings, int threads)
    {
        using WorkerTeam team = new(threads);
        TrainingRun<float> run = new(settings, threads > 1 ? team : null);
        return Timing.SecondsOf(() =>
        {
            using CancellationTokenSource stop = new();
            run.Run(onIteration: stop.Cancel, stop: stop.Token);
        });
    }
}
