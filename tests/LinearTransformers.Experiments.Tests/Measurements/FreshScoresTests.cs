using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Measurements;

/// <summary>Fresh prompts are of all the settings that a run's prompts are of.</summary>
public class FreshScoresTests
{
    private const int Prompts = 40_000;

    [Theory]
    [InlineData("")]
    [InlineData("noise 2")]
    [InlineData("noise uniform:3 tasks sparse:1")]
    [InlineData("covariance spectrum:4,1,0.25 task-covariance identity")]
    [InlineData("covariance random:exponential task-covariance identity")]
    [InlineData("covariates uniform tasks pool:3:2 noise 1")]
    [InlineData("parameters full noise 1")]
    [InlineData("activation relu noise 1 data-set 500")]
    [InlineData("labels network")]
    public void The_loss_is_that_of_the_settings_own_prompts(string options)
    {
        TrainingSettings settings = SettingNames.Apply(
            new TrainingSettings
            {
                Dimension = 3,
                ContextLength = 6,
                Layers = 1,
                BatchSize = 500,
                MaxIterations = 60,
                Stream = StreamKind.Native,
            },
            [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair => (pair[0], pair[1]))]);
        TrainingRun<float> run = new(settings);
        run.Run();
        FinishedRun finished = new(settings, run.History, run.Log, run.LastLoss, null);
        Score score = FreshScores.Of(
            [[new Snapshot(finished, settings.MaxIterations)]], Prompts, FreshScores.TestKey, 2, _ => new NoProgress(), default)[0];

        // Drawn apart, token by token, of the run's own settings.
        BatchLoss<float> loss = settings.NewLoss<float>();
        PromptBatch batch = new(settings.Prompts(run.History.Covariance));
        NativeStream stream = new(77);
        double[] losses = [.. Enumerable.Range(0, Prompts / settings.BatchSize).Select(_ =>
        {
            batch.Draw(stream);
            loss.Load(batch);
            return loss.Evaluate(run.Parameters);
        })];
        double mean = losses.Average();
        double error = Math.Sqrt(losses.Average(x => (x - mean) * (x - mean)) / (losses.Length - 1));
        Assert.True(
            Math.Abs(score.Losses[0] - mean) < 5 * Math.Sqrt((error * error) + (score.Error * score.Error)),
            $"{score.Losses[0]} ± {score.Error} on fresh prompts, {mean} ± {error} on the run's own");
    }

    private sealed class NoProgress : IRunProgress
    {
        public void Report(int done, double loss = double.NaN)
        {
        }
    }
}
