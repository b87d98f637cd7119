using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>Runs whose process is killed at moments that a seed chooses: a hundred kills in all.</summary>
public class KillTests
{
    private const int Kills = 5;
    private const int AtOnce = 2;

    [Theory]
    [InlineData(1, "--alg adam --threads 1")]
    [InlineData(2, "--alg sgd --threads 2")]
    [InlineData(3, "--alg adam --covariance rotated --resample-every 10 --clip-scope matrix --threads 2")]
    [InlineData(4, "--alg lbfgs --covariance rotated --resample-every 0 --threads 1")]
    [InlineData(5, "--alg sgd --mode gamma --hist-stride 7 --threads 2")]
    [InlineData(6, "--model nonlinear-regression --threads 2")]
    [InlineData(7, "--stream native --alg adam --threads 2")]
    [InlineData(8, "--stream native --alg sgd --mode sphere --threads 1")]
    [InlineData(9, "--stream native --alg lbfgs --lr 0.005 --resample-every 20 --threads 2")]
    [InlineData(10, "--precision double --activation softmax --threads 2")]
    public void A_run_that_is_killed_again_and_again_ends_as_one_that_never_was(int seed, string options)
    {
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "64", "--max-iters", "60", "--log-every", "1", "--json", .. options.Split(' ')];
        Assert.Equal(0, Invocation.Of([.. command, "--out", folder["whole"]]).ExitCode);
        Parallel.For(0, AtOnce, lane =>
        {
            System.Random moments = new((AtOnce * seed) + lane);
            int kills = 0;
            int farthest = 0;
            for (int run = 0; kills < Kills; run++)
            {
                string path = folder[$"killed{lane}-{run}"];
                while (kills < Kills && IsKilled([.. command, "--save-every", "0", "--out", path], Reached(path), moments))
                {
                    kills++;
                    AssertReadable(path);
                    farthest = Math.Max(farthest, Reached(path));
                }

                Assert.Equal(0, Invocation.Of([.. command, "--out", path]).ExitCode);
                foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
                {
                    Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], file)), File.ReadAllBytes(Path.Combine(path, file)));
                }

                Assert.Equal(5, Directory.GetFileSystemEntries(path).Length);
            }

            Assert.InRange(farthest, 1, 59);
        });
    }

    /// <summary>Kills the program while it starts, or, three times in four, a few iterations later than it was saved; false if it ended before.</summary>
    private static bool IsKilled(string[] command, int reached, System.Random moments)
    {
        const int MostLines = 12;
        using RunningProgram program = new(command);
        if (moments.Next(4) > 0)
        {
            // Iterations that were done before are said again at once.
            for (int lines = reached + moments.Next(1, MostLines); lines > 0 && program.ReadLine() is not null; lines--)
            {
            }

            Thread.Sleep(moments.Next(20));
        }
        else
        {
            Thread.Sleep(moments.Next(250));
        }

        return program.Kill();
    }

    /// <summary>The iterations that are saved.</summary>
    private static int Reached(string path) => RunDirectory.IsRun(path) ? RunDirectory.Load(path).Iteration : 0;

    /// <summary>Whatever a kill leaves can be read: nothing yet, or a run with all that its state speaks of.</summary>
    private static void AssertReadable(string path)
    {
        if (!RunDirectory.IsRun(path))
        {
            return;
        }

        RunDirectory directory = RunDirectory.Load(path);
        Assert.Null(directory.Writer);
        if (directory.HasState)
        {
            long last = directory.Settings.Precision is Precision.Double ? directory.ReadHistory<double>().Iterations[^1] : directory.ReadHistory<float>().Iterations[^1];
            Assert.True(last >= directory.Iteration - directory.Settings.HistoryStride);
            Assert.Contains(directory.ReadLog(), line => line.Iteration == 0);
        }
    }
}
