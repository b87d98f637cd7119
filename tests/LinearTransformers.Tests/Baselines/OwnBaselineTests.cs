using System.Collections.Concurrent;
using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

/// <summary>A baseline that is written outside the library.</summary>
public class OwnBaselineTests
{
    [Fact]
    public void One_written_for_a_prompt_is_a_baseline_like_the_others()
    {
        // A catalog of its own: that of the library is shared with other tests.
        Baseline own = new Catalog<Baseline>("baseline").Add<Richardson>()["richardson"];
        Assert.Equal("richardson:0.4", Parts.TextOf(own));
        for (int seed = 1; seed <= 10; seed++)
        {
            RegressionProblem problem = new(seed);
            IReadOnlyList<QueryErrors> expected = new GradientDescent { StepSize = 0.4 }.Evaluate(problem.Statistics, 6);
            IReadOnlyList<QueryErrors> actual = own.Evaluate(problem.Statistics, 6);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-13 * (1 + pair.First.Loss)));
            Assert.All(expected.Zip(actual), pair
                => Assert.Equal(pair.First.StandardError, pair.Second.StandardError, 1e-12 * (1 + pair.First.Loss)));
            foreach (int threads in (int[])[1, 2, 7])
            {
                using WorkerTeam team = new(threads);
                Assert.Equal(actual, own.Evaluate(problem.Statistics, 6, null, team));
                Assert.Equal(actual, (own with { Width = LaneWidth.Half }).Evaluate(problem.Statistics, 6, null, team));
            }
        }
    }

    [Fact]
    public void Lanes_without_a_prompt_are_never_asked()
    {
        RegressionProblem problem = new(2);
        QueryErrors errors = new Inverse().Evaluate(problem.Statistics, 3)[2];
        Assert.True(double.IsFinite(errors.Loss));
        Assert.Equal(errors, new Inverse().Evaluate(problem.Statistics, 1)[0]);
    }

    [Fact]
    public void It_sees_all_that_is_known_of_a_prompt()
    {
        RegressionProblem problem = new(4, _ => 9);
        PromptKnowledge known = problem.Covariance;
        Everything own = new() { Known = known };
        own.Evaluate(problem.Statistics, 1, known);
        int tokens = 10 * (problem.Dimension + 1);
        for (int b = 0; b < problem.Y.Length; b++)
        {
            double mean = Enumerable.Range(0, 9).Average(n => Math.Pow(problem.Z[(b * tokens) + (n * tokens / 10) + problem.Dimension], 2));
            Assert.Contains(own.Seen, seen => Math.Abs(seen.MeanSquare - mean) < 1e-14 && seen.Deviation == problem.Deviations[b]);
        }

        // Statistics without them have none.
        own.Seen.Clear();
        own.Evaluate(GramStatistics<double>.FromTokens(problem.Z, problem.Y, problem.Dimension), 1, known);
        Assert.Equal([(double.NaN, double.NaN)], own.Seen.Distinct());
        Everything demanding = own with { IsDemanding = true };
        Assert.Contains("everything needs the σ of each prompt's noise", Assert.Throws<ArgumentException>(() => demanding.Evaluate(
            GramStatistics<double>.FromTokens(problem.Z, problem.Y, problem.Dimension), 1)).Message);
    }

    /// <summary>Takes down what it sees.</summary>
    [Part("everything", "all that is known of a prompt")]
    private sealed record Everything : PromptBaseline
    {
        public ConcurrentBag<(double MeanSquare, double Deviation)> Seen { get; } = [];

        public PromptKnowledge? Known { get; init; }

        public bool IsDemanding { get; init; }

        public override bool NeedsDeviations => IsDemanding;

        protected override void Solve(in ContextStatistics prompt, Span<double> weights)
        {
            Assert.Same(Known, prompt.Known);
            Assert.Equal(9, prompt.ContextLength);
            Seen.Add((prompt.MeanSquare, prompt.Deviation));
        }
    }

    /// <summary>Gradient descent, written down once more.</summary>
    [Part("richardson", "Richardson's iteration")]
    private sealed record Richardson : PromptBaseline
    {
        [Setting(Position = 1, Value = "step")]
        public double StepSize { get; init; } = 0.4;

        protected override void Solve(in ContextStatistics prompt, Span<double> weights)
        {
            int d = prompt.Dimension;
            for (int k = 0; k < weights.Length / d; k++)
            {
                Span<double> next = weights.Slice(k * d, d);
                ReadOnlySpan<double> here = k == 0 ? new double[d] : weights.Slice((k - 1) * d, d);
                for (int i = 0; i < d; i++)
                {
                    double gradient = -prompt.Cross[i];
                    for (int j = 0; j < d; j++)
                    {
                        gradient += prompt.Gram[(i * d) + j] * here[j];
                    }

                    next[i] = here[i] - (StepSize * gradient);
                }
            }
        }
    }

    /// <summary>Divides by what is zero where there is no prompt.</summary>
    [Part("inverse", "g by the trace of G")]
    private sealed record Inverse : PromptBaseline
    {
        public override bool TakesSteps => false;

        protected override void Solve(in ContextStatistics prompt, Span<double> weights)
        {
            for (int i = 0; i < prompt.Dimension; i++)
            {
                weights[i] = prompt.Cross[i] / prompt.Gram[0];
            }
        }
    }
}
