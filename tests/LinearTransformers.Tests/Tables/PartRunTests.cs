using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>Whole short runs with every part.</summary>
public class PartRunTests
{
    public static TheoryData<string, string> Cases => PartCases.OfRuns;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_number_of_threads_gives_the_same_bits(string kind, string text)
    {
        foreach (StreamKind stream in Enum.GetValues<StreamKind>())
        {
            TrainingSettings settings = PartCases.ShortRun(kind, text, stream);
            Compare<float>(settings);
            Compare<double>(settings with { Precision = Precision.Double, MaxIterations = 3 });
        }

        static void Compare<T>(TrainingSettings settings)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TrainingRun<T> alone = new(settings);
            Assert.NotEqual(RunStatus.Unfinished, alone.Run());
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                using WorkerTeam team = new(threads);
                TrainingRun<T> together = new(settings, team);
                together.Run();

                // Exact: every sum is in a fixed order.
                Assert.Equal(alone.Parameters.ToArray(), together.Parameters.ToArray());
                Assert.Equal(alone.Log, together.Log);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_that_is_stopped_and_gone_on_with_ends_with_the_same_bytes(string kind, string text)
    {
        Compare<float>(PartCases.ShortRun(kind, text, StreamKind.Torch));
        Compare<double>(PartCases.ShortRun(kind, text, StreamKind.Native) with { Precision = Precision.Double });

        static void Compare<T>(TrainingSettings settings)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using TemporaryFolder folder = new();
            Assert.NotEqual(RunStatus.Unfinished, Continue<T>(folder.File("whole"), settings, int.MaxValue).Status);
            Assert.Equal((RunStatus.Unfinished, 1), Continue<T>(folder.File("broken"), settings, 1));

            // With threads batches are drawn ahead; what was drawn and not used must not count.
            using WorkerTeam team = new(2);
            Continue<T>(folder.File("broken"), settings, 4, team);
            Continue<T>(folder.File("broken"), settings, int.MaxValue);
            foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
            {
                Assert.Equal(File.ReadAllBytes(folder.File($"whole/{file}")), File.ReadAllBytes(folder.File($"broken/{file}")));
            }

            // Metadata say how many seconds it took.
            Assert.Equal(State("whole"), State("broken"));

            byte[] State(string run)
            {
                using MemoryStream bytes = new();
                TensorFile.Write(bytes, TensorFile.Read(folder.File($"{run}/state.safetensors")).Tensors);
                return bytes.ToArray();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_ends_with_finite_parameters_and_losses_or_says_that_it_diverged(string kind, string text)
    {
        // From the usual learning rate to one at which parameters leave the range of numbers at once.
        foreach (double rate in (double[])[0.02, 1e4, 1e38])
        {
            foreach (bool isClipped in (bool[])[true, false])
            {
                TrainingSettings settings = PartCases.ShortRun(kind, text, StreamKind.Torch) with { BatchSize = 30 };
                TrainingRun<float> run = new(settings with { LearningRate = rate, ToClip = isClipped });
                RunStatus status = run.Run();
                if (status is RunStatus.Diverged)
                {
                    Assert.True(rate > 1 || text is "student-t:1", "it diverges at the usual learning rate");
                    continue;
                }

                Assert.Equal((RunStatus.Finished, run.Settings.MaxIterations), (status, run.Iteration));
                Assert.All(run.Log, line => Assert.True(double.IsFinite(line.Loss) && double.IsFinite(line.GradientNorm)));
                Assert.All(run.Parameters.ToArray(), parameter => Assert.True(float.IsFinite(parameter)));
            }
        }
    }

    /// <summary>Goes on until so many iterations are done, or until the run ends: some with heavy tails diverge.</summary>
    private static (RunStatus Status, int Iteration) Continue<T>(string path, TrainingSettings settings, int until, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using CancellationTokenSource stop = new();
        using RunDirectory directory = RunDirectory.Open(path, settings);
        TrainingRun<T> run = RecordedRun.Continue<T>(directory, team, onIteration: StopAtOnce, stop: stop.Token);
        return (run.Status, run.Iteration);

        void StopAtOnce(int done, double loss)
        {
            if (done >= until)
            {
                stop.Cancel();
            }
        }
    }
}
