using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Tests.Measurements;

public class CorrelationTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 500).Select(i => Math.Sin(i * 0.7))];

    [Fact]
    public void A_line_correlates_perfectly_and_without_error()
    {
        Correlation up = Correlation.Of(X, [.. X.Select(x => (3 * x) + 1)]);
        Assert.Equal(1, up.Coefficient, 1e-12);
        Assert.Equal(0, up.Error, 1e-12);
        Assert.Equal(-1, Correlation.Of(X, [.. X.Select(x => -x)]).Coefficient, 1e-12);
    }

    [Fact]
    public void Ranks_see_any_growing_function_as_a_line()
        => Assert.Equal(1, Correlation.OfRanks(X, [.. X.Select(x => Math.Exp(5 * x))]).Coefficient, 1e-12);

    [Fact]
    public void Independent_noise_has_no_correlation_beyond_its_error()
    {
        System.Random random = new(5);
        double[] noise = [.. X.Select(_ => random.NextDouble())];
        Correlation correlation = Correlation.Of(X, noise);
        Assert.InRange(Math.Abs(correlation.Coefficient), 0, 3.5 * correlation.Error);

        // The standard error of n independent pairs is 1/√n.
        Assert.InRange(correlation.Error, 0.5 / Math.Sqrt(X.Length), 1.5 / Math.Sqrt(X.Length));
    }

    [Fact]
    public void A_short_run_has_no_error_estimate()
        => Assert.Equal(double.NaN, Correlation.Of(X[..50], X[..50]).Error);
}
