using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Experiments.Tests.Report;

public class CurveTests
{
    [Fact]
    public void A_thinned_curve_keeps_its_ends_and_every_spike_up_or_down()
    {
        double[] values = [.. Enumerable.Range(0, 10_000).Select(t => 1 + (0.001 * Math.Sin(t)))];
        (values[1234], values[7777]) = (500, 1e-6);
        Curve thinned = Of(values).Thinned(600);

        Assert.InRange(thinned.Values.Length, 300, 600);
        Assert.Equal((0, 9999), (thinned.Iterations[0], thinned.Iterations[^1]));
        Assert.Equal(500, thinned.Values[Array.IndexOf(thinned.Iterations, 1234)]);
        Assert.Equal(1e-6, thinned.Values[Array.IndexOf(thinned.Iterations, 7777)]);
        Assert.All(thinned.Iterations.Zip(thinned.Iterations.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        Assert.All(thinned.Iterations.Zip(thinned.Values), point => Assert.Equal(values[point.First], point.Second));
    }

    [Fact]
    public void A_short_curve_stays_whole()
    {
        Curve curve = Of([3, 2, 1]);
        Assert.Same(curve, curve.Thinned(3));
    }

    [Fact]
    public void A_mean_is_of_the_runs_that_are_still_there()
    {
        Curve mean = Curve.Mean([Of([1, 2, 3, 4]), Of([3, 4, double.NaN]), Of([5, 9, 6])]);
        Assert.Equal([0, 1, 2, 3], mean.Iterations);
        Assert.Equal([3, 5, 4.5, 4], mean.Values);
        Assert.Equal([3, 3, 2, 1], mean.Counts);
        Assert.Equal([2, Math.Sqrt(13), Math.Sqrt(4.5), 0], mean.Deviations, Close);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static Curve Of(double[] values) => Curve.Of(values.Select((value, t) => (t, value)));
}
