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
        var random = new System.Random(7);
        var loss = new Sample();
        for (var s = 0; s < samples; s++)
        {
            var w = Gaussian.Vector(random, d);
            var query = Gaussian.Vector(random, d);
            var first = Normalized(Gaussian.Vector(random, d));
            var second = Normalized(Without(Gaussian.Vector(random, d), first));
            var residual = Dot(query, Without(Without(w, first), second));
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
        var norm = Math.Sqrt(Dot(a, a));
        return Array.ConvertAll(a, x => x / norm);
    }

    private static double[] Without(double[] a, double[] unit)
    {
        var along = Dot(a, unit);
        return [.. a.Zip(unit, (x, u) => x - along * u)];
    }
}
