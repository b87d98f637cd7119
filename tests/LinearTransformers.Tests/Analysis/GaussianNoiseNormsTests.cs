using LinearTransformers.Analysis;

namespace LinearTransformers.Tests.Analysis;

public class GaussianNoiseNormsTests
{
    [Fact]
    public void With_the_identity_they_are_chi_distributed()
    {
        const int k = 3;
        double[,] identity = new double[k + 1, k + 1];
        for (int i = 0; i < k; i++)
        {
            identity[i, i] = 1;
        }

        // χ₃: mean 2√(2/π), variance 3 − 8/π, skewness 0.4857, excess kurtosis 0.1082; the fourth coordinate is dead.
        TailFigures figures = TailFigures.Of(GaussianNoiseNorms.Sample(identity, 100_000, seed: 5));
        Within(2 * Math.Sqrt(2 / Math.PI), figures.Mean);
        Within(Math.Sqrt(3 - (8 / Math.PI)), figures.Deviation);
        Within(0.48569, figures.Skewness);
        Within(0.10816, figures.ExcessKurtosis);
        Assert.Equal((3.0, 6.0), GaussianNoiseNorms.OfSquares(identity));

        static void Within(double exact, Estimate estimate)
            => Assert.InRange(estimate.Value, exact - (4 * estimate.Error), exact + (4 * estimate.Error));
    }

    [Fact]
    public void Squares_have_the_exact_mean_and_variance()
    {
        double[,] moments = { { 2, 0.5 }, { 0.5, 1 } };
        double[] squares = [.. GaussianNoiseNorms.Sample(moments, 200_000, seed: 1).Select(norm => norm * norm)];
        (double mean, double variance) = GaussianNoiseNorms.OfSquares(moments);
        Assert.Equal(3, mean);
        Assert.Equal(11, variance);
        Assert.Equal(mean, squares.Average(), 4 * Math.Sqrt(variance / squares.Length));
        Assert.Equal(variance, squares.Average(square => (square - mean) * (square - mean)), 0.05 * variance);
    }

    [Fact]
    public void A_seed_means_the_same_norms()
        => Assert.Equal(GaussianNoiseNorms.Sample(new double[,] { { 1 } }, 5, 3), GaussianNoiseNorms.Sample(new double[,] { { 1 } }, 5, 3));
}
