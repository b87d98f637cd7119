using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class LeastSquaresFloorTests
{
    [Theory]
    [InlineData(20, 5, 0)]
    [InlineData(5, 5, 0)]
    [InlineData(2, 5, 3)]
    [InlineData(0, 5, 5)]
    public void Every_direction_without_an_example_costs_one(int N, int d, double loss)
        => Assert.Equal(loss, LeastSquaresFloor.Loss(N, d));

    [Fact]
    public void Projecting_sampled_tasks_on_the_examples_leaves_this_loss()
    {
        // The residual of the least-norm solution is the part of w outside the span of the examples (Gram–Schmidt).
        const int N = 2, d = 5, samples = 40_000;
        System.Random random = new(7);
        Sample loss = new();
        for (int s = 0; s < samples; s++)
        {
            double[] w = Gaussian.Vector(random, d);
            double[] query = Gaussian.Vector(random, d);
            double[] first = Normalized(Gaussian.Vector(random, d));
            double[] second = Normalized(Without(Gaussian.Vector(random, d), first));
            double residual = Dot(query, Without(Without(w, first), second));
            loss.Add(residual * residual);
        }

        loss.AssertMean(LeastSquaresFloor.Loss(N, d), relativeStandardError: 0.02);
    }

    [Theory]
    [InlineData(20, 5, 0.25, 0.25 * 5 / 14)]
    [InlineData(2, 5, 0.5, 3 + 0.5 * 2 / 2)]
    [InlineData(0, 5, 0.5, 5)]
    [InlineData(6, 5, 0.25, double.PositiveInfinity)]
    [InlineData(5, 5, 0.25, double.PositiveInfinity)]
    [InlineData(4, 5, 0.25, double.PositiveInfinity)]
    public void Noise_costs_the_mean_of_an_inverted_wishart_matrix(int N, int d, double s, double loss)
        => Assert.Equal(loss, LeastSquaresFloor.Loss(N, d, s), 1e-14);

    [Fact]
    public void A_million_simulated_fits_of_one_coefficient_to_noisy_labels_have_this_loss()
    {
        // d = 1: w = Σ x y / Σ x². d = 2 and one example: the same along x, nothing across.
        System.Random random = new(8);
        (Sample many, Sample one) = (new Sample(), new Sample());
        for (int s = 0; s < 1_000_000; s++)
        {
            (double products, double squares) = (0, 0);
            for (int i = 0; i < 8; i++)
            {
                double x = Gaussian.Number(random);
                products += x * 0.6 * Gaussian.Number(random);
                squares += x * x;
            }

            many.Add(products / squares * (products / squares));
            double[] only = [.. Enumerable.Range(0, 4).Select(_ => Gaussian.Number(random))];
            double length = only.Sum(x => x * x), error = 0.6 * Gaussian.Number(random) / length;
            one.Add(3 + error * error * length);
        }

        many.AssertMean(LeastSquaresFloor.Loss(8, 1, 0.36), relativeStandardError: 0.003);
        one.AssertMean(LeastSquaresFloor.Loss(1, 4, 0.36), relativeStandardError: 0.01);
    }

    [Fact]
    public void Sizes_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LeastSquaresFloor.Loss(5, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeastSquaresFloor.Loss(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeastSquaresFloor.Loss(5, 0));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Normalized(double[] a)
    {
        double norm = Math.Sqrt(Dot(a, a));
        return Array.ConvertAll(a, x => x / norm);
    }

    private static double[] Without(double[] a, double[] unit)
    {
        double along = Dot(a, unit);
        return [.. a.Zip(unit, (x, u) => x - along * u)];
    }
}
