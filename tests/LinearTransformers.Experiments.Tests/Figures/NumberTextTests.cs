using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Tests.Figures;

public class NumberTextTests
{
    [Theory]
    [InlineData(0, "10⁰")]
    [InlineData(1, "10¹")]
    [InlineData(-3, "10⁻³")]
    [InlineData(-12, "10⁻¹²")]
    [InlineData(4567890, "10⁴⁵⁶⁷⁸⁹⁰")]
    public void Powers_of_ten_have_superscripts(int exponent, string expected)
    {
        Assert.Equal(expected, NumberText.PowerOfTen(exponent));
    }

    [Theory]
    [InlineData(6.7e-4, 2, "6.7·10⁻⁴")]
    [InlineData(-1234.5, 3, "−1.23·10³")]
    [InlineData(9.96e-4, 2, "1.0·10⁻³")]
    [InlineData(5e-5, 1, "5·10⁻⁵")]
    [InlineData(0, 2, "0")]
    public void Scientific_numbers_have_a_mantissa_and_a_power(double value, int digits, string expected)
    {
        Assert.Equal(expected, NumberText.Scientific(value, digits));
    }

    [Theory]
    [InlineData(-0.714, 2, "−0.71")]
    [InlineData(-0.001, 2, "0.00")]
    [InlineData(-0.4, 0, "0")]
    [InlineData(double.NaN, 2, "nan")]
    [InlineData(double.PositiveInfinity, 2, "∞")]
    public void Fixed_numbers_have_a_true_minus_and_no_negative_zero(double value, int decimals, string expected)
    {
        Assert.Equal(expected, NumberText.Fixed(value, decimals));
    }
}
