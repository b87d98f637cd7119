using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Every baseline of the catalog, with settings of its own, against its formula over the tokens and against itself.</summary>
public class BaselineCatalogTests
{
    private const int Steps = 4;

    private static readonly double[] Scales = [-0.3, 0.4, -0.5, 0.2, -0.6, -0.1, -0.4];

    /// <summary>Σ⁻¹ is given to those that heed it, and the identity to the others.</summary>
    private static readonly Example[] Examples =
    [
        new(new GradientDescent { StepSize = 0.4 }, (x, y, query, _)
            => [.. Enumerable.Range(1, Steps)
                .Select(k => TokenRegression.Dot(TokenRegression.Descend(x, y, [.. Enumerable.Repeat(0.4, k)], null), query))]),
        new(new PreconditionedGradientDescent { StepSize = 0.3 }, (x, y, query, inverse)
            => [.. Enumerable.Range(1, Steps)
                .Select(k => TokenRegression.Dot(TokenRegression.Descend(x, y, [.. Enumerable.Repeat(0.3, k)], inverse), query))]),
        new(new GradientDescentPlusPlus { Scales = Scales }, (x, y, query, inverse)
            => TokenRegression.PlusPlus(x, y, query, Scales, inverse)),
        new(new HeavyBall { StepSize = 0.4, Momentum = 0.3 }, (x, y, query, _)
            => [.. TokenRegression.HeavyBall(x, y, 0.4, 0.3, Steps).Select(w => TokenRegression.Dot(w, query))]),
        new(new ConjugateGradient(), (x, y, query, _)
            => [.. TokenRegression.Krylov(x, y, Steps).Select(w => TokenRegression.Dot(w, query))])
        {
            IsIllConditioned = true,
        },
        new(new RidgeRegression { Penalty = 0.05 }, (x, y, query, inverse)
            => [.. Enumerable.Repeat(TokenRegression.Dot(TokenRegression.Ridge(x, y, 0.05, inverse), query), Steps)]),
        new(new LeastSquares(), (x, y, query, inverse)
            => [.. Enumerable.Repeat(LeastNorm(x, y, query, inverse), Steps)]) { IsIllConditioned = true },
    ];

    public static TheoryData<string> Names => [.. Examples.Select(example => Parts.NameOf(example.Baseline))];

    [Fact]
    public void Every_baseline_has_an_example_here()
        => Assert.Equal(
            Baseline.Catalog.Entries.Where(entry => entry.Default.GetType().Assembly == typeof(Baseline).Assembly)
                .Select(entry => entry.Name),
            Examples.Select(example => Parts.NameOf(example.Baseline)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Errors_are_those_of_the_formula_prompt_by_prompt(string name)
    {
        Example example = Of(name);
        for (int seed = 1; seed <= 40; seed++)
        {
            RegressionProblem problem = example.Problem(seed);
            Covariance? covariance = seed % 2 == 0 ? problem.Covariance : null;
            double[,] inverse = covariance is null || !example.Baseline.HeedsCovariance
                ? Dense.Scaled(1, [.. Enumerable.Repeat(1.0, problem.Dimension)])
                : problem.InverseCovariance;
            double[][] expected = TokenRegression.Errors(
                problem.Z, problem.Y, problem.Dimension, (x, y, query) => example.Predict(x, y, query, inverse));
            IReadOnlyList<QueryErrors> twice = example.Baseline.Evaluate(problem.Statistics, Steps, covariance);
            IReadOnlyList<QueryErrors> single = example.Baseline.Evaluate(problem.SingleStatistics, Steps, covariance);
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
            IReadOnlyList<QueryErrors> expected = baseline.Evaluate(statistics, Steps, covariance);
            Assert.All(expected, errors => Assert.True(double.IsFinite(errors.Loss) && double.IsFinite(errors.StandardError)));
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                using WorkerTeam team = new(threads);
                Assert.Equal(expected, baseline.Evaluate(statistics, Steps, covariance, team));
                Assert.Equal(expected, (baseline with { Width = LaneWidth.Whole }).Evaluate(statistics, Steps, covariance, team));
                Assert.Equal(expected, (baseline with { Width = LaneWidth.Half }).Evaluate(statistics, Steps, covariance, team));
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
        foreach ((QueryErrors expected, QueryErrors actual) in baseline.Evaluate(twice, Steps, covariance)
            .Zip(baseline.Evaluate(single, Steps, covariance)))
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
        IReadOnlyList<QueryErrors> all = baseline.Evaluate(statistics, Steps, covariance);
        for (int steps = 1; steps < Steps; steps++)
        {
            Assert.Equal(all.Take(steps), baseline.Evaluate(statistics, steps, covariance));
        }

        Assert.True(baseline.TakesSteps || all.Distinct().Count() == 1);
        Assert.Equal(baseline.HeedsCovariance, baseline.Evaluate(statistics, 1)[0] != all[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prompts_do_not_influence_one_another(string name)
    {
        Baseline baseline = Of(name).Baseline;
        RegressionProblem problem = new(5, _ => 20);
        int prompt = problem.Z.Length / problem.Y.Length;
        double sum = 0;
        for (int b = 0; b < problem.Y.Length; b++)
        {
            GramStatistics<double> alone = GramStatistics<double>.FromTokens(
                problem.Z.AsSpan(b * prompt, prompt), problem.Y.AsSpan(b, 1), problem.Dimension);
            sum += baseline.Evaluate(alone, Steps, problem.Covariance)[^1].Sum;
        }

        double together = baseline.Evaluate(problem.Statistics, Steps, problem.Covariance)[^1].Sum;
        Assert.Equal(together, sum, 1e-13 * together);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_does_not_fit_is_refused(string name)
    {
        Baseline baseline = Of(name).Baseline;
        GramStatistics<float> statistics = new(4, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => baseline.Evaluate(statistics, 0));
        Assert.Throws<ArgumentNullException>(() => baseline.Evaluate<float>(null!, 1));
        Assert.Contains(
            "covariance of dimension 2",
            Assert.Throws<ArgumentException>(() => baseline.Evaluate(statistics, 1, new([1, 0, 0, 1], [1, 1]))).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_that_is_open_is_found_or_asked_for(string name)
    {
        Baseline open = Baseline.Catalog[name];
        (GramStatistics<double> statistics, Covariance covariance) = Batch<double>(500, 12, 5);
        if (!open.NeedsTuning)
        {
            Assert.Same(open, open.Tuned(statistics, 2, covariance));
            return;
        }

        Assert.Equal(name, Parts.TextOf(open));
        Assert.Contains($"{name} has no ",
            Assert.Throws<InvalidOperationException>(() => open.Evaluate(statistics, 2, covariance)).Message);
        Baseline tuned = open.Tuned(statistics, 2, covariance);
        Assert.False(tuned.NeedsTuning);
        Assert.Equal(tuned, open.Tuned(statistics, 2, covariance));
        double least = tuned.Evaluate(statistics, 2, covariance)[^1].Loss;

        // The text says all settings; each of them a little up or down loses more.
        string text = Parts.TextOf(tuned);
        Assert.Equal(tuned, Parts.Parse("baseline", typeof(Baseline), text, null));
        double[] numbers = [.. text.Split(':', ',')[1..].Select(double.Parse)];
        for (int i = 0; i < numbers.Length; i++)
        {
            foreach (double factor in (double[])[0.99, 1.01])
            {
                double[] others = [.. numbers];
                others[i] *= factor;
                Baseline other = (Baseline)Parts.Parse("baseline", typeof(Baseline), $"{name}:{string.Join(',', others)}", null);
                Assert.InRange(other.Evaluate(statistics, 2, covariance)[^1].Loss, least * (1 - 1e-12), double.PositiveInfinity);
            }
        }
    }

    private static Example Of(string name) => Examples.Single(example => Parts.NameOf(example.Baseline) == name);

    private static (GramStatistics<T> Statistics, Covariance Covariance) Batch<T>(int batchSize, int contextLength, int dimension)
        where T : unmanaged
    {
        TorchStream stream = new(4);
        Covariance covariance = Covariance.Rotated(stream, dimension);
        PromptBatch batch = new(
            new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = dimension, Covariance = covariance });
        batch.Draw(stream);
        GramStatistics<T> statistics = new(batchSize, dimension);
        statistics.Compute(batch);
        return (statistics, covariance);
    }

    /// <summary>
    /// With N &lt; d the dual solution has the least norm of all w that fit; otherwise a tiny penalty stands in for none.
    /// </summary>
    private static double LeastNorm(double[,] x, double[] y, double[] query, double[,] inverse)
    {
        (int n, int d) = (x.GetLength(0), x.GetLength(1));
        return TokenRegression.Dot(n < d ? TokenRegression.Ridge(x, y, 0, inverse) : TokenRegression.Krylov(x, y, d)[^1], query);
    }

    /// <summary>A baseline and its formula: predictions after each step, from examples, labels, the query and Σ⁻¹.</summary>
    private sealed record Example(Baseline Baseline, Func<double[,], double[], double[], double[,], double[]> Predict)
    {
        /// <summary>
        /// Whether it divides by small eigenvalues, so that it is compared where there are none: with many more examples than dimensions,
        /// or fewer.
        /// </summary>
        public bool IsIllConditioned { get; init; }

        public double Tolerance => IsIllConditioned ? 1e-8 : 1e-11;

        public double SingleTolerance => IsIllConditioned ? 1e-1 : 1e-3;

        public RegressionProblem Problem(int seed)
            => IsIllConditioned ? new(seed, d => seed % 3 == 0 && d > 1 ? d / 2 : (4 * d) + 3) : new(seed);
    }
}
