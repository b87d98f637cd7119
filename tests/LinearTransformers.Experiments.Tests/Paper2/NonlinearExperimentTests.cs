using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Paper2;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Paper2;

public class NonlinearExperimentTests
{
    // The published logs were made on a GPU, whose sums are rounded in another order: SGDM forgets that, Adam's small denominators do not.
    // They print the norm of the parameters as it is after the step.
    [Theory]
    [InlineData("sgd", 0, 301, 2e-6)]
    [InlineData("adam", 0, 101, 1e-4)]
    [InlineData("sgd", 1, 101, 2e-6)]
    [InlineData("adam", 1, 101, 1e-4)]
    [InlineData("sgd", 2, 101, 2e-6)]
    [InlineData("adam", 2, 101, 1e-4)]
    public void The_published_seeds_give_the_published_logs(string optimizer, int seed, int iterations, double tolerance)
    {
        Optimizer algorithm = Optimizer.Catalog[optimizer];
        TrainingSettings settings = new NonlinearExperiment().Settings(algorithm, seed) with { MaxIterations = iterations };
        using WorkerTeam team = new(2);
        TrainingRun<float> run = new(settings, team);
        Assert.Equal(RunStatus.Finished, run.Run());
        string name = $"nonlinear_{OptimizationSetting.FileName(algorithm)}_seed{seed}";
        LogLine[] published = [.. PublishedLog.Read(name).Where(line => line.Iteration < iterations)];
        IReadOnlyList<double> norms = PublishedLog.ReadColumn(name, "weightnorm");
        Assert.True(published.Length > 1);
        for (int i = 0; i < published.Length; i++)
        {
            LogLine line = published[i];
            LogLine ours = run.Log.First(candidate => candidate.Iteration == line.Iteration);
            Assert.Equal(line.Loss, ours.Loss, tolerance * line.Loss);
            Assert.Equal(line.GradientNorm, ours.GradientNorm, 10 * tolerance * line.GradientNorm);
            Assert.Equal(norms[i], Norm(run.History.At(line.Iteration + 1)), tolerance * norms[i]);
        }
    }

    // At the start both optimizers have the same parameters, so their condition numbers are the same on whatever prompts. The published
    // ratio is not 1: it is measured after the first step.
    [Fact]
    public void The_published_ratio_of_condition_numbers_at_the_start_is_that_of_the_iterates_after_the_first_step()
    {
        double[] after = [.. Enumerable.Range(0, 5).Select(seed => Ratio(seed, 1))];
        Seeds seeds = Seeds.OfValues(after);
        double[] published = PublishedFigures.Numbers("condition_number_ratio_sgdm_over_adam", "nonlinear", "0");
        Assert.Equal(published[0], seeds.Mean[0], 5e-5);
        Assert.Equal(published[1], seeds.Deviation[0], 5e-5);
        Assert.Equal(1, Ratio(0, 0));

        static double Ratio(int seed, int iteration)
        {
            double[] numbers = [.. OptimizationSetting.Optimizers.Select(algorithm =>
            {
                TrainingSettings settings = new NonlinearExperiment().Settings(algorithm, seed) with { MaxIterations = 1 };
                TrainingRun<float> run = new(settings);
                run.Run();
                Curvature<float> curvature = new(FreshPrompts.Loss<float>(settings, FreshPrompts.Draw(settings, seed: (ulong)seed)));
                return ConditionNumber.Published(curvature.Diagonal(run.History.At(iteration)));
            })];
            return numbers[0] / numbers[1];
        }
    }

    private static double Norm(ReadOnlySpan<float> parameters)
    {
        double sum = 0;
        foreach (float parameter in parameters)
        {
            sum += parameter * (double)parameter;
        }

        return Math.Sqrt(sum);
    }
}
