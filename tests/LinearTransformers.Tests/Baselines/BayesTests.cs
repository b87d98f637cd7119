using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Bayes for a pool of tasks at its limits, and what it refuses.</summary>
public class BayesTests
{
    private const int D = 3;

    private static readonly PoolTasks Pool = new() { Count = 130, Seed = 4 };

    private static readonly PromptKnowledge Known = new() { Tasks = Pool };

    [Theory]
    [InlineData(0)]
    [InlineData(1e-300)]
    [InlineData(1e-160)]
    [InlineData(1e-9)]
    public void As_noise_goes_the_task_that_fits_best_is_left(double deviation)
    {
        RegressionProblem problem = Problem();
        double expected = problem.Y.Select((label, b) => Math.Pow(Nearest(b) - label, 2)).Average();
        Assert.Equal(expected, Loss(problem, deviation), 1e-13 * expected);

        double Nearest(int b)
        {
            (double[,] x, double[] y, double[] query) = Prompt(problem, b);
            double[] best = Enumerable.Range(0, Pool.Count).Select(Task)
                .MinBy(w => y.Select((label, n) => Math.Pow(label - Enumerable.Range(0, D).Sum(i => x[n, i] * w[i]), 2)).Sum())!;
            return TokenRegression.Dot(best, query);
        }
    }

    [Fact]
    public void Where_noise_drowns_all_the_mean_of_the_pool_is_left()
    {
        RegressionProblem problem = Problem();
        double[] mean = [.. Enumerable.Range(0, D).Select(i => Enumerable.Range(0, Pool.Count).Average(j => Task(j)[i]))];
        double expected = problem.Y
            .Select((label, b) => Math.Pow(TokenRegression.Dot(mean, Prompt(problem, b).Query) - label, 2)).Average();
        Assert.Equal(expected, Loss(problem, 1e9), 1e-13 * expected);
        Assert.Equal(expected, Loss(problem, 1e300), 1e-13 * expected);
    }

    [Fact]
    public void Tasks_that_the_examples_do_not_tell_apart_share_alike()
    {
        // All examples are zero.
        double[] z = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0];
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, [0.5], D, deviations: [0]);
        double mean = Enumerable.Range(0, Pool.Count).Average(j => TokenRegression.Dot(Task(j), [1, 2, 3]));
        double expected = (mean - 0.5) * (mean - 0.5);
        Assert.Equal(expected, new Bayes().Evaluate(statistics, 1, Known)[0].Loss, 1e-13 * expected);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1)]
    [InlineData(1e3)]
    [InlineData(1e150)]
    public void Large_and_small_labels_do_no_harm(double scale)
    {
        // Labels and σ as large as they may be with tasks as they are: tasks no longer matter, and no exponent overflows.
        RegressionProblem problem = Problem();
        double[] z = [.. problem.Z];
        for (int i = D; i < z.Length; i += D + 1)
        {
            z[i] *= scale;
        }

        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(
            z, problem.Y, D, deviations: [.. problem.Deviations.Select(deviation => deviation * scale)]);
        Assert.InRange(new Bayes().Evaluate(statistics, 1, Known)[0].Loss, 0, 100);
    }

    [Fact]
    public void What_has_no_closed_form_is_refused()
    {
        GramStatistics<double> statistics = Problem().Statistics;
        foreach (Baseline baseline in (Baseline[])[new Bayes(), new KnownRidge()])
        {
            PromptKnowledge own = new() { HasOwnCovariances = true };
            string reason = "needs the covariance of the tasks: here it is the inverse of each prompt's own";
            Assert.Contains(reason, baseline.Refusal(own));
            Assert.Contains(reason, Assert.Throws<ArgumentException>(() => baseline.Evaluate(statistics, 1, own)).Message);
            own = own with { TaskCovariance = new IdentityTaskCovariance() };
            Assert.Null(baseline.Refusal(own));
            Assert.Equal(baseline.Evaluate(statistics, 1), baseline.Evaluate(statistics, 1, own));
        }

        PromptKnowledge sparse = new() { Tasks = new SparseTasks() };
        Assert.Contains("bayes has no closed form for sparse tasks",
            Assert.Throws<ArgumentException>(() => new Bayes().Evaluate(statistics, 1, sparse)).Message);
        Assert.Null(new KnownRidge().Refusal(sparse));
        GramStatistics<float> nothing = new(4, D, hasSquares: true, hasDeviations: true);
        Baseline[] baselines = [new Bayes(), new KnownRidge(), new AdaptiveRidge(), new TunedRidge { Factor = 1, Maximum = 1 }];
        foreach (Baseline baseline in baselines)
        {
            Assert.Contains("nothing was computed", Assert.Throws<ArgumentException>(() => baseline.Evaluate(nothing, 1)).Message);
        }
    }

    private static RegressionProblem Problem()
        => Enumerable.Range(1, 1000).Select(seed => new RegressionProblem(seed, _ => 6)).First(problem => problem.Dimension == D);

    private static double[] Task(int j) => [.. Pool.Vectors(D).Slice(j * D, D).ToArray().Select(entry => (double)entry)];

    private static double Loss(RegressionProblem problem, double deviation)
        => new Bayes().Evaluate(
            GramStatistics<double>.FromTokens(problem.Z, problem.Y, D, deviations: [.. problem.Y.Select(_ => deviation)]), 1, Known)[0]
            .Loss;

    private static (double[,] X, double[] Y, double[] Query) Prompt(RegressionProblem problem, int b)
    {
        (double[,], double[], double[]) found = default;
        TokenRegression.Errors(problem.Z, problem.Y, D, (x, y, query, number) =>
        {
            found = number == b ? (x, y, query) : found;
            return [0];
        });
        return found;
    }
}
