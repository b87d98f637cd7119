using System.Text.Json;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every schedule must do.</summary>
public class ScheduleTableTests
{
    /// <summary>Schedules without a reference, and why.</summary>
    private static readonly Dictionary<string, string> WithoutReference = [];

    public static TheoryData<string> Schedules => PartCases.Of<Schedule>();

    [Fact]
    public void Every_schedule_has_a_reference()
        => References.AssertDemanded(Schedule.Catalog, GoldenFile.TextsOf("schedules", "part"), WithoutReference);

    [Fact]
    public void Learning_rates_are_those_of_PyTorch_or_of_the_formula()
    {
        foreach (JsonElement golden in GoldenFile.Read("schedules").EnumerateArray())
        {
            TrainingSettings settings = new()
            {
                Schedule = PartCases.Part<Schedule>(golden.Text("part")),
                LearningRate = golden.Double("rate"),
                MaxIterations = golden.Int("iterations"),
                WarmUp = golden.Int("warm_up"),
            };
            double[] expected = golden.Doubles("rates");
            Assert.Equal(settings.MaxIterations, expected.Length);
            for (int t = 0; t < expected.Length; t++)
            {
                // PyTorch makes a rate of the one before it: roundings add up.
                Assert.Equal(expected[t], settings.StepSize(t), 1e-14 * settings.LearningRate);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Learning_rates_are_positive_and_finite_and_proportional_to_the_one_that_is_set(string text)
    {
        Schedule schedule = PartCases.Part<Schedule>(text);
        foreach (int iterations in (int[])[1, 2, 7, 1000])
        {
            foreach (double rate in (double[])[0.02, 1e-6, 1e6])
            {
                for (int t = 0; t < iterations; t++)
                {
                    double step = schedule.StepSize(rate, t, iterations);
                    Assert.True(step > 0 && double.IsFinite(step), $"{step:R} at iteration {t} of {iterations}");
                    Assert.Equal(2 * step, schedule.StepSize(2 * rate, t, iterations), 1e-15 * step);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void What_a_schedule_says_of_the_number_of_iterations_is_true(string text)
    {
        Schedule schedule = PartCases.Part<Schedule>(text);
        int[] numbers = [1, 2, 3, 7, 10, 100, 1000];
        bool depends = numbers.Any(shorter => numbers.Any(longer
            => Enumerable.Range(0, Math.Min(shorter, longer)).Any(t
                => schedule.StepSize(0.3, t, shorter) != schedule.StepSize(0.3, t, longer))));
        Assert.Equal(depends, schedule.DependsOnIterations);
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Warming_up_raises_the_rate_to_its_schedule_in_equal_steps(string text)
    {
        const int Iterations = 12;
        TrainingSettings settings = new() { Schedule = PartCases.Part<Schedule>(text), LearningRate = 0.3, MaxIterations = Iterations };
        foreach (int warmUp in (int[])[0, 1, 5, 30])
        {
            TrainingSettings warmed = settings with { WarmUp = warmUp };
            for (int t = 0; t < Iterations; t++)
            {
                double share = Math.Min(1, (t + 1) / Math.Max(1.0, warmUp));
                Assert.Equal(share * settings.StepSize(t), warmed.StepSize(t), 1e-15);
            }
        }
    }
}
