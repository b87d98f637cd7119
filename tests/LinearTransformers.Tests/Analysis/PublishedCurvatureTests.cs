using System.Text.Json;
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Analysis;

/// <summary>
/// Condition numbers and directional smoothness along runs of paper [2], measured as the published code does: on the
/// test batch (stream seeded with 99), at the snapshot before each step.
/// </summary>
public class PublishedCurvatureTests
{
    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    public void Curvature_along_training_follows_the_published_code(string name)
    {
        JsonElement golden = GoldenFile.Read("analysis").GetProperty(name);
        TrainingSettings settings = new()
        {
            Optimizer = Optimizer.Catalog[name],
            LearningRate = golden.Double("lr"),
            Seed = golden.Int("sd"),
            MaxIterations = 252,
        };
        using WorkerTeam team = new(2);
        TrainingRun<float> run = new(settings, team);
        Assert.Equal(RunStatus.Finished, run.Run());

        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new TorchStream((ulong)golden.Int("test_seed")));
        GramStatistics<double> statistics = new(settings.BatchSize, settings.Dimension);
        statistics.Compute(batch, team);
        GramLoss<double> loss = new(settings.Shape, team);
        Curvature<double> curvature = new(BatchLoss<double>.Of(settings.Shape, statistics, team));
        List<string> far = [];

        foreach (JsonElement row in golden.GetProperty("test_loss").EnumerateArray())
        {
            int t = row[0].GetInt32();
            Compare($"test loss at {t}", row[1], loss.Evaluate(Snapshot(t), statistics), t);
        }

        foreach (JsonElement row in golden.GetProperty("condition_number").GetProperty("rows").EnumerateArray())
        {
            int t = row[0].GetInt32();
            double[] diagonal = curvature.Diagonal(Snapshot(t));
            Compare($"condition number at {t}", row[1], ConditionNumber.Published(diagonal), t);
            Compare($"largest entry at {t}", row[2], diagonal.Max(Math.Abs), t);
            Compare($"median at {t}", row[3], ConditionNumber.LowerMedianOfMagnitudes(diagonal), t);
        }

        foreach (JsonElement row in golden.GetProperty("smoothness").GetProperty("rows").EnumerateArray())
        {
            int t = row[0].GetInt32();
            double[] gradient = new double[settings.Shape.ParameterCount];
            double[] here = Snapshot(t);
            loss.Evaluate(here, statistics, gradient);
            Compare($"gradient norm at {t}", row[1], GradientClipping.Norm<double>(gradient), t);
            double[] step = [.. Snapshot(t + 1).Zip(here, (next, now) => next - now)];
            Compare($"directional smoothness at {t}", row[2], curvature.Along(here, step), t);
        }

        Assert.True(far.Count == 0, string.Join(Environment.NewLine, far));

        double[] Snapshot(int iteration) => [.. run.History.At(iteration).ToArray().Select(x => (double)x)];

        void Compare(string what, JsonElement expected, double actual, int iteration)
        {
            // The golden numbers are in single precision; roundings grow along the run (measured: 1.2e-6, then 5e-5).
            double difference = Math.Abs((actual / expected.GetDouble()) - 1);
            if (!(difference <= (iteration < 10 ? 5e-6 : 2e-4)))
            {
                far.Add($"{what}: expected {expected.GetDouble():R}, got {actual:R}, relative difference {difference:E1}");
            }
        }
    }
}
