using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;
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

    /// <summary>Gradient descent, written down once more.</summary>
    [Part("richardson", "Richardson's iteration")]
    private sealed record Richardson : PromptBaseline
    {
        [Setting(Position = 1, Value = "step")]
        public double StepSize { get; init; } = 0.4;

        protected override void Solve(ReadOnlySpan<double> gram, ReadOnlySpan<double> cross, Covariance? covariance, Span<double> weights)
        {
            int d = cross.Length;
            for (int k = 0; k < weights.Length / d; k++)
            {
                Span<double> next = weights.Slice(k * d, d);
                ReadOnlySpan<double> here = k == 0 ? new double[d] : weights.Slice((k - 1) * d, d);
                for (int i = 0; i < d; i++)
                {
                    double gradient = -cross[i];
                    for (int j = 0; j < d; j++)
                    {
                        gradient += gram[(i * d) + j] * here[j];
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

        protected override void Solve(ReadOnlySpan<double> gram, ReadOnlySpan<double> cross, Covariance? covariance, Span<double> weights)
        {
            for (int i = 0; i < cross.Length; i++)
            {
                weights[i] = cross[i] / gram[0];
            }
        }
    }
}
