using LinearTransformers.Analysis;

namespace LinearTransformers.Tests.Analysis;

public class ConditionNumberTests
{
    [Fact]
    public void The_published_one_divides_by_the_lower_median()
    {
        Assert.Equal(4, ConditionNumber.Published([-8, 1, 2, 3]));
        Assert.Equal(4, ConditionNumber.Published([8, -2, 1]));
        Assert.Equal(1, ConditionNumber.Published([-5]));
        Assert.Equal(2, ConditionNumber.LowerMedianOfMagnitudes([-8, 1, 2, 3]));
    }

    [Fact]
    public void Dead_coordinates_count_in_the_published_one_only()
    {
        // One layer, d = 2: four entries of P, which are dead, then four of Q.
        double[] diagonal = [0, 0, 0, 0, 1, 2, -6, 4];
        Assert.Equal(double.PositiveInfinity, ConditionNumber.Published(diagonal));
        Assert.Equal(3, ConditionNumber.Live(new(1, 1, 2), diagonal));
    }

    [Fact]
    public void Spectral_ones_go_by_the_size_of_eigenvalues()
    {
        Assert.Equal(10, ConditionNumber.Spectral([-10, -1, 2, 5]));
        Assert.Equal(5, ConditionNumber.RobustSpectral([-10, -1, 2, 5]));
    }

    [Fact]
    public void NaN_is_passed_on()
    {
        Assert.Equal(double.NaN, ConditionNumber.Published([1, double.NaN, 2]));
        Assert.Equal(double.NaN, ConditionNumber.Spectral([1, double.NaN, 2]));
        Assert.Equal(double.NaN, ConditionNumber.LowerMedianOfMagnitudes([1, double.NaN, 2]));
        Assert.Equal(double.NaN, ConditionNumber.Published([0, 0]));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ConditionNumber.Published([]));
        Assert.Throws<ArgumentException>(() => ConditionNumber.Live(new(1, 1, 2), [1, 2]));
    }
}
