using System.Globalization;
using LinearTransformers.Activations;
using LinearTransformers.Experiments.Paper1;
using LinearTransformers.Experiments.Paper2;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary>
/// A training iteration of other settings than the simple demonstration's here and in PyTorch (<c>iteration.py</c>), on one core: the
/// published form and, where attention is linear, Gram space with <c>torch.bmm</c>. All take turns in windows, and of each the best
/// iteration counts.
/// </summary>
internal static class SettingTable
{
    private const int Rounds = 4;
    private const double Seconds = 1;

    /// <summary>Of all rows, so that parameters stay where they begin however long they are trained.</summary>
    private const double Rate = 1e-6;

    private static readonly StreamKind[] Streams = [StreamKind.Torch, StreamKind.Native];

    private static readonly (string Name, string? Gram, TrainingSettings Settings)[] Rows =
    [
        ("`rotation`, between two refreshes", "bmm", new RotationExperiment().Settings(0) with { ResampleEvery = 0 }),
        .. ((int[])[2, 10, 20]).Select(n => ($"`variable-n`, N = {n}", "bmm", new VariableNExperiment().Settings(0, n))),
        ("`nonlinear`", "full", new NonlinearExperiment().Settings(new Adam(), 0)),
        ("`--activation softmax`", null, new()
        {
            Model = new LinearTransformerModel { Activation = new SoftmaxAttention() },
        }),
        ("`--parameters full`, d = 10, L = 7", "full", new()
        {
            Model = new LinearTransformerModel { Parameters = new FullStructure() },
            Dimension = 10,
            Layers = 7,
            BatchSize = 2048,
            InitialDeviation = 0.01, // losses overflow with the usual one
        }),
        ("d = 20, L = 8, N = 60", "bmm", new() { Dimension = 20, Layers = 8, ContextLength = 60 }),
    ];

    /// <summary>Prints the table; the exit code.</summary>
    public static int Run()
    {
        Console.WriteLine(
            "| setting | B | PyTorch, published form | PyTorch, Gram, torch.bmm | here, torch stream | here, native stream "
            + "| published form / here | Gram form / here | differ by |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        string version = "";
        foreach ((string name, string? gram, TrainingSettings published) in Rows)
        {
            TrainingSettings settings = published with
            {
                LearningRate = Rate,
                HalveEvery = null,
                MaxIterations = int.MaxValue,
                HistoryStride = int.MaxValue,
            };
            string[] forms = gram is null ? ["tokens"] : ["tokens", gram];
            using PyTorchProcess? torch = PyTorchProcess.Start(settings, forms, threads: 1);
            if (torch is null)
            {
                return 1;
            }

            version = torch.Version;
            (double[] theirs, double[] ours) = Milliseconds(torch, settings, forms);
            string ofGram = gram is null ? "" : theirs[1].ToString("0.0", CultureInfo.InvariantCulture);
            string ratiosOfGram = gram is null ? "" : Ratios(theirs[1], ours, "0.0");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {settings.BatchSize} | {theirs[0]:0.0} | {ofGram} | {ours[0]:0.00} | {ours[1]:0.00} "
                + $"| {Ratios(theirs[0], ours, "0")} | {ratiosOfGram} | {torch.Difference:0.0e+0} |"));
        }

        Console.WriteLine();
        Console.WriteLine(
            $"Milliseconds of the best iteration of {Rounds} windows of {Seconds} s taken in turns, one core; "
            + "N = 20, d = 5, L = 3 where nothing else is said.");
        Console.WriteLine(
            $"PyTorch {version}; the last column is how far its losses and gradients are from those here on the same prompts, "
            + "of these themselves.");
        return 0;
    }

    /// <summary>The best iteration of each form, and of each stream here.</summary>
    private static (double[] Theirs, double[] Ours) Milliseconds(PyTorchProcess torch, TrainingSettings settings, string[] forms)
    {
        double[] theirs = [.. forms.Select(_ => double.PositiveInfinity)];
        double[] ours = [.. Streams.Select(_ => double.PositiveInfinity)];
        OurIteration[] here = [.. Streams.Select(stream => new OurIteration(settings with { Stream = stream }, threads: 1))];
        torch.Race(forms, theirs, here, ours, Rounds, Seconds);
        Array.ForEach(here, iteration => iteration.Dispose());
        return (theirs, ours);
    }

    private static string Ratios(double theirs, double[] ours, string format)
        => string.Join(", native ", ours.Select(own => (theirs / own).ToString(format, CultureInfo.InvariantCulture)));
}
