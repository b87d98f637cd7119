using System.Numerics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class BigFloatTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(1e300)]
    [InlineData(-3e-300)]
    [InlineData(double.MaxValue)]
    public void Doubles_pass_through_unchanged(double value)
        => Assert.Equal(value, new BigFloat(value, 100).ToDouble());

    [Fact]
    public void Arithmetic_keeps_the_digits_a_double_loses()
    {
        BigFloat one = new(BigInteger.One, 200);
        BigFloat tiny = new(1e-30, 200);
        Assert.Equal(1e-30, (one + tiny - one).ToDouble(), 1e-44);
        Assert.Equal(2e-30, ((one + tiny) * (one + tiny) - one).ToDouble(), 1e-44);
        Assert.Equal(0, (one / new BigFloat(3.0, 200) * new BigFloat(3.0, 200) - one).ToDouble(), 1e-59);
    }

    [Fact]
    public void Rounding_is_to_nearest_at_the_given_number_of_bits()
    {
        Assert.Equal(8, new BigFloat(new BigInteger(7.6), 2).ToDouble());
        Assert.Equal(12, new BigFloat(new BigInteger(13), 2).ToDouble());
        Assert.Equal(16, new BigFloat(new BigInteger(15), 2).ToDouble());
    }

    [Fact]
    public void Numbers_far_apart_add_and_overflow_becomes_infinite()
    {
        BigFloat huge = new(BigInteger.Pow(10, 400), 64);
        BigFloat small = new BigFloat(1.0, 64) / huge;
        Assert.Equal(double.PositiveInfinity, huge.ToDouble());
        Assert.Equal(0, small.ToDouble());
        Assert.Equal(1, ((huge + small) / huge).ToDouble());
        Assert.Equal(-1, (small - huge).Sign);
    }
}
