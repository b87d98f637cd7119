using LinearTransformers.Optimizers;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Optimizers;

public class LbfgsStopTests
{
    private const int Count = 10;

    /// <summary>Stopped before each of a step's evaluations in turn, with a history that is full and one that is not.</summary>
    [Theory]
    [InlineData(2, LineSearch.None)]
    [InlineData(5, LineSearch.None)]
    [InlineData(600, LineSearch.None)]
    [InlineData(3, LineSearch.StrongWolfe)]
    public void A_step_that_is_stopped_leaves_everything_as_it_was(int history, LineSearch lineSearch)
    {
        LbfgsSettings settings = new() { MaxIterations = 8, HistorySize = history, LineSearch = lineSearch };
        Lbfgs<double> stopped = new(Count, settings);
        Lbfgs<double> whole = new(Count, settings);
        double[] x = Problem.Start(Count, seed: 8);
        double[] y = [.. x];
        for (int step = 0; step < 3; step++)
        {
            byte[] before = Bytes(stopped);
            double[] from = [.. x];
            for (int allowed = 1; Stops(stopped, x, allowed); allowed++)
            {
                Assert.Equal(from, x);
                Assert.Equal(before, Bytes(stopped));
                Assert.InRange(allowed, 1, 200);
            }

            whole.Step(y, Problem.Rosenbrock, 0.001);
            Assert.Equal(y, x);
            Assert.Equal(Bytes(whole), Bytes(stopped));
            Assert.NotEqual(from, x);
        }
    }

    /// <summary>A step that is stopped after so many evaluations; whether it had not ended by then.</summary>
    private static bool Stops(Lbfgs<double> optimizer, double[] x, int allowed)
    {
        using CancellationTokenSource stop = new();
        int evaluations = 0;
        try
        {
            optimizer.Step(x, Counting, 0.001, stop.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            Assert.Equal(allowed, evaluations);
            return true;
        }

        double Counting(ReadOnlySpan<double> point, Span<double> gradient)
        {
            if (++evaluations == allowed)
            {
                stop.Cancel();
            }

            return Problem.Rosenbrock(point, gradient);
        }
    }

    private static byte[] Bytes(Lbfgs<double> optimizer)
    {
        using MemoryStream stream = new();
        TensorFile.Write(stream, optimizer.Save());
        return stream.ToArray();
    }
}
