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

    [Fact]
    public void Sizes_that_make_no_sense_are_refused()
    {
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
