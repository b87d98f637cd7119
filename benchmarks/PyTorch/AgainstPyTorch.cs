using System.Globalization;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary>
/// A training iteration here and in PyTorch (<c>iteration.py</c>), on the tokens as the published code has it and in Gram space as this
/// library has it. All of them take turns in short windows, so that each has its share of a machine's quiet moments, and of each the best
/// iteration counts. With all threads PyTorch has the faster of one and all of them, and so has the library.
/// </summary>
internal static class AgainstPyTorch
{
    private const int Rounds = 8;
    private const double Seconds = 1;
    private const double PublishedGpuMilliseconds = 7.0;
    private const int PublishedBatchSize = 4000;

    private static readonly string[] Forms = ["tokens", "bmm", "last"];
    private static readonly StreamKind[] Streams = [StreamKind.Torch, StreamKind.Native];

    /// <summary>Prints the table of some batch sizes; the exit code.</summary>
    public static int Run(IReadOnlyList<int> batchSizes)
    {
        Console.WriteLine(
            "| B | threads, up to | PyTorch, published form | PyTorch, Gram, torch.bmm | PyTorch, Gram, prompts last "
            + "| here, torch stream | here, native stream | published form / here | faster Gram form / here |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        string about = "";
        double publishedBest = double.PositiveInfinity;
        foreach (int batchSize in batchSizes)
        {
            double[] theirs = [.. Forms.Select(_ => double.PositiveInfinity)];
            double[] ours = [.. Streams.Select(_ => double.PositiveInfinity)];
            foreach (int threads in Environment.ProcessorCount > 1 ? (int[])[1, Environment.ProcessorCount] : [1])
            {
                using PyTorchProcess? torch = PyTorchProcess.Start(OurIteration.Settings(StreamKind.Torch, batchSize), Forms, threads);
                if (torch is null)
                {
                    return 1;
                }

                Measure(torch, batchSize, threads, theirs, ours);
                double gram = Math.Min(theirs[1], theirs[2]);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {batchSize} | {threads} | {theirs[0]:0.0} | {theirs[1]:0.0} | {theirs[2]:0.0} | {ours[0]:0.00} | {ours[1]:0.00} "
                    + $"| {theirs[0] / ours[0]:0}, native {theirs[0] / ours[1]:0} | {gram / ours[0]:0.0}, native {gram / ours[1]:0.0} |"));
                about = string.Create(
                    CultureInfo.InvariantCulture,
                    $"PyTorch {torch.Version}, whose forms' losses and gradients differ from those here by {torch.Difference:0.0e+0} of "
                    + $"themselves; {Environment.ProcessorCount} processors");
                publishedBest = batchSize == PublishedBatchSize ? ours[0] : publishedBest;
            }
        }

        Console.WriteLine();
        Console.WriteLine($"Milliseconds of the best iteration of {Rounds} windows of {Seconds} s taken in turns; N = 20, d = 5, L = 3.");
        Console.WriteLine($"{about}.");
        if (double.IsFinite(publishedBest))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"The authors' GPU log has {PublishedGpuMilliseconds:0.0} ms at B = {PublishedBatchSize}: "
                + $"{PublishedGpuMilliseconds / publishedBest:0.0} times the best here."));
        }

        return 0;
    }

    /// <summary>Lowers what is known of each to the best of new windows.</summary>
    private static void Measure(PyTorchProcess torch, int batchSize, int threads, double[] theirs, double[] ours)
    {
        OurIteration[] here = [.. Streams.Select(stream => new OurIteration(stream, batchSize, threads))];
        torch.Race(Forms, theirs, here, ours, Rounds, Seconds);
        Array.ForEach(here, iteration => iteration.Dispose());
    }
}
