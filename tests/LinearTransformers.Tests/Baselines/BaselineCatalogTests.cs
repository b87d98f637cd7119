using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Every baseline of the catalog, with settings of its own, against its formula over the tokens and against itself.</summary>
public class BaselineCatalogTests
{
    private const int Steps = BaselineExample.Steps;

    public static TheoryData<string> Names => [.. BaselineExample.All.Select(example => Parts.NameOf(example.Baseline))];

    [Fact]
    public void Every_baseline_has_an_example_here()
        => Assert.Equal(
            Baseline.Catalog.Entries.Where(entry => entry.Default.GetType().Assembly == typeof(Baseline).Assembly)
                .Select(entry => entry.Name),
            BaselineExample.All.Select(example => Parts.NameOf(example.Baseline)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Errors_are_those_of_the_formula_prompt_by_prompt(string name)
    {
        BaselineExample example = Of(name);
        for (int seed = 1; seed <= 40; seed++)
        {
            RegressionProblem problem = example.Problem(seed);
            Covariance? covariance = seed % 2 == 0 ? problem.Covariance : null;
            ExamplePrompts prompts = ExamplePrompts.Of(problem, example.Baseline.HeedsCovariance ? covariance : null);
            double[][] expected = prompts.Errors(example.Predict);
            IReadOnlyList<QueryErrors> twice = example.Baseline.Evaluate(problem.Statistics, Steps, example.Known(covariance));
            IReadOnlyList<QueryErrors> single = example.Baseline.Evaluate(problem.SingleStatistics, Steps, example.Known(covariance));
            Assert.Equal(Steps, twice.Count);
            for (int k = 0; k < Steps; k++)
            {
                double[] errors = [.. expected.Select(ofPrompt => ofPrompt[k])];
                double mean = errors.Average();
                double error = Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / (errors.Length - 1.0) / errors.Length);
                Assert.Equal(errors.Length, twice[k].Prompts);
                Assert.Equal(mean, twice[k].Loss, example.Tolerance * (1 + mean));
                Assert.Equal(mean, single[k].Loss, example.SingleTolerance * (1 + mean));
                Assert.Equal(error, twice[k].StandardError, 1e-6 * (1 + mean));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Predictions_are_those_of_the_formula_and_weights_give_them(string name)
    {
        BaselineExample example = Of(name);
        for (int seed = 1; seed <= 20; seed++)
        {
            RegressionProblem problem = example.Problem(seed);
            int d = problem.Dimension;
            Covariance? covariance = example.Baseline.HeedsCovariance ? problem.Covariance : null;
            double[][] errors = ExamplePrompts.Of(problem, covariance).Errors(example.Predict);
            IReadOnlyList<double[]> predictions = example.Baseline.Predict(problem.Statistics, Steps, example.Known(covariance));
            IReadOnlyList<double[]> single = example.Baseline.Predict(problem.SingleStatistics, Steps, example.Known(covariance));
            IReadOnlyList<double[]> weights = example.Baseline.Weights(problem.Statistics, Steps, example.Known(covariance));
            Assert.Equal(example.Baseline.TakesSteps ? Steps : 1, predictions.Count);
            for (int k = 0; k < predictions.Count; k++)
            {
                for (int b = 0; b < problem.Y.Length; b++)
                {
                    double scale = 1 + Math.Abs(predictions[k][b]) + errors[b][k];
                    ReadOnlySpan<double> query = problem.Z.AsSpan()[^(((problem.Y.Length - 1 - b) * (problem.Z.Length / problem.Y.Length))
                        + d + 1)..][..d];
                    Assert.Equal(errors[b][k], Math.Pow(predictions[k][b] - problem.Y[b], 2), example.Tolerance * scale * scale);
                    Assert.Equal(
                        predictions[k][b], TokenRegression.Dot(weights[k][(b * d)..((b + 1) * d)], query.ToArray()),
                        example.Tolerance * scale);
                    Assert.Equal(predictions[k][b], single[k][b], example.SingleTolerance * scale);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_threads_and_any_width_of_lanes_give_the_same_bits(string name)
    {
        Baseline baseline = Of(name).Baseline;
        foreach (int dimension in (int[])[5, 3, 8])
        {
            Compare<float>(dimension);
            Compare<double>(dimension);
        }

        void Compare<T>(int dimension)
            where T : unmanaged
        {
            // Neither bundles nor blocks of 256 prompts come out even.
            (GramStatistics<T> statistics, Covariance covariance) = Batch<T>(1043, 12, dimension);
            PromptKnowledge known = Of(name).Known(covariance);
            IReadOnlyList<QueryErrors> expected = baseline.Evaluate(statistics, Steps, known);
            Assert.All(expected, errors => Assert.True(double.IsFinite(errors.Loss) && double.IsFinite(errors.StandardError)));
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                using WorkerTeam team = new(threads);
                Assert.Equal(expected, baseline.Evaluate(statistics, Steps, known, team));
                Assert.Equal(expected, (baseline with { Width = LaneWidth.Whole }).Evaluate(statistics, Steps, known, team));
                Assert.Equal(expected, (baseline with { Width = LaneWidth.Half }).Evaluate(statistics, Steps, known, team));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Single_precision_is_near_double_precision(string name)
    {
        Baseline baseline = Of(name).Baseline;
        (GramStatistics<double> twice, Covariance covariance) = Batch<double>(2000, 30, 5);
        (GramStatistics<float> single, _) = Batch<float>(2000, 30, 5);
        PromptKnowledge known = Of(name).Known(covariance);
        foreach ((QueryErrors expected, QueryErrors actual) in baseline.Evaluate(twice, Steps, known)
            .Zip(baseline.Evaluate(single, Steps, known)))
        {
            Assert.Equal(expected.Loss, actual.Loss, 1e-5 * (1 + expected.Loss));
            Assert.Equal(expected.StandardError, actual.StandardError, 1e-4 * (1 + expected.StandardError));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_comes_after_a_step_does_not_change_it(string name)
    {
        Baseline baseline = Of(name).Baseline;
        (GramStatistics<float> statistics, Covariance covariance) = Batch<float>(300, 12, 5);
        PromptKnowledge known = Of(name).Known(covariance);
        IReadOnlyList<QueryErrors> all = baseline.Evaluate(statistics, Steps, known);
        for (int steps = 1; steps < Steps; steps++)
        {
            Assert.Equal(all.Take(steps), baseline.Evaluate(statistics, steps, known));
        }

        Assert.True(baseline.TakesSteps || all.Distinct().Count() == 1);
        Assert.Equal(baseline.HeedsCovariance, baseline.Evaluate(statistics, 1, Of(name).Known(null))[0] != all[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prompts_do_not_influence_one_another(string name)
    {
        Baseline baseline = Of(name).Baseline;
        RegressionProblem problem = new(5, _ => 20);
        PromptKnowledge known = Of(name).Known(problem.Covariance);
        int prompt = problem.Z.Length / problem.Y.Length;
        double sum = 0;
        for (int b = 0; b < problem.Y.Length; b++)
        {
            GramStatistics<double> alone = GramStatistics<double>.FromTokens(
                problem.Z.AsSpan(b * prompt, prompt), problem.Y.AsSpan(b, 1), problem.Dimension, hasSquares: true,
                problem.Deviations.AsSpan(b, 1));
            sum += baseline.Evaluate(alone, Steps, known)[^1].Sum;
        }

        double together = baseline.Evaluate(problem.Statistics, Steps, known)[^1].Sum;
        Assert.Equal(together, sum, 1e-13 * together);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_does_not_fit_is_refused(string name)
    {
        Baseline baseline = Of(name).Baseline;
        GramStatistics<float> statistics = new(4, 5, hasSquares: true, hasDeviations: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => baseline.Evaluate(statistics, 0));
        Assert.Throws<ArgumentNullException>(() => baseline.Evaluate<float>(null!, 1));
        Assert.Contains(
            "covariance of dimension 2",
            Assert.Throws<ArgumentException>(() => baseline.Evaluate(statistics, 1, new Covariance([1, 0, 0, 1], [1, 1]))).Message);
        Assert.Contains(
            "a list of d = 5 numbers, not of 1",
            Assert.Throws<ArgumentException>(() => baseline.Evaluate(
                statistics, 1, new PromptKnowledge { TaskCovariance = new SpectrumTaskCovariance() })).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_batch_lacks_is_asked_for(string name)
    {
        Baseline baseline = Of(name).Baseline;
        PromptBatch batch = new(new() { BatchSize = 20, ContextLength = 8, Dimension = 3 });
        batch.Draw(new TorchStream(1));
        foreach ((bool hasSquares, bool hasDeviations) in ((bool, bool)[])[(true, false), (false, true)])
        {
            GramStatistics<float> statistics = new(20, 3, hasSquares, hasDeviations);
            statistics.Compute(batch);
            string? missing = baseline.NeedsSquares && !hasSquares ? "squared labels: make the statistics with hasSquares"
                : baseline.NeedsDeviations && !hasDeviations ? "noise: make the statistics with hasDeviations"
                : null;
            if (missing is null)
            {
                Assert.True(double.IsFinite(baseline.Evaluate(statistics, 1)[0].Loss));
            }
            else
            {
                Assert.Contains(missing, Assert.Throws<ArgumentException>(() => baseline.Evaluate(statistics, 1)).Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_that_is_open_is_found_or_asked_for(string name)
    {
        Baseline open = Baseline.Catalog[name];
        (GramStatistics<double> statistics, Covariance covariance) = Batch<double>(500, 12, 5);
        PromptKnowledge known = Of(name).Known(covariance);
        if (!open.NeedsTuning)
        {
            Assert.Same(open, open.Tuned(statistics, 2, known));
            return;
        }

        Assert.Equal(name, Parts.TextOf(open));
        Assert.Contains($"{name} has no ",
            Assert.Throws<InvalidOperationException>(() => open.Evaluate(statistics, 2, known)).Message);
        Baseline tuned = open.Tuned(statistics, 2, known);
        Assert.False(tuned.NeedsTuning);
        Assert.Equal(tuned, open.Tuned(statistics, 2, known));
        using WorkerTeam team = new(3);
        Assert.Equal(tuned, open.Tuned(statistics, 2, known, team));
        double least = tuned.Evaluate(statistics, 2, known)[^1].Loss;

        // The text says all settings; each of them a little up or down loses more.
        string text = Parts.TextOf(tuned);
        Assert.Equal(tuned, Parts.Parse("baseline", typeof(Baseline), text, null));
        char between = text.Split(':').Length > 2 ? ':' : ',';
        double[] numbers = [.. text[(name.Length + 1)..].Split(between).Select(double.Parse)];
        for (int i = 0; i < numbers.Length; i++)
        {
            foreach (double factor in (double[])[0.99, 1.01])
            {
                double[] others = [.. numbers];
                others[i] *= factor;
                Baseline other = (Baseline)Parts.Parse("baseline", typeof(Baseline), $"{name}:{string.Join(between, others)}", null);
                Assert.InRange(other.Evaluate(statistics, 2, known)[^1].Loss, least * (1 - 1e-12), double.PositiveInfinity);
            }
        }
    }

    private static BaselineExample Of(string name) => BaselineExample.All.Single(example => Parts.NameOf(example.Baseline) == name);

    private static (GramStatistics<T> Statistics, Covariance Covariance) Batch<T>(int batchSize, int contextLength, int dimension)
        where T : unmanaged
    {
        TorchStream stream = new(4);
        Covariance covariance = Covariance.Rotated(stream, dimension);
        PromptBatch batch = new(
            new()
            {
                BatchSize = batchSize,
                ContextLength = contextLength,
                Dimension = dimension,
                Covariance = covariance,
                Noise = new UniformNoise { Largest = 1.5 },
            });
        batch.Draw(stream);
        GramStatistics<T> statistics = new(batchSize, dimension, hasSquares: true, hasDeviations: true);
        statistics.Compute(batch);
        return (statistics, covariance);
    }
}
