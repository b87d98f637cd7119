using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class FixedOrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(150)]
    [InlineData(157)]
    public void Dot_products_have_the_bits_of_eight_partial_sums(int length)
    {
        (double[] a, double[] b) = (Numbers(length, 1), Numbers(length, 2));
        float[] singleA = [.. a.Select(x => (float)x)];
        float[] singleB = [.. b.Select(x => (float)x)];
        Assert.Equal(Plain(a, b), FixedOrder.Dot<double>(a, b));
        Assert.Equal(
            Plain([.. singleA.Select(x => (double)x)], [.. singleB.Select(x => (double)x)]),
            FixedOrder.Dot<float>(singleA, singleB));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    public void Scaled_vectors_are_added_with_one_rounding(int length)
    {
        float[] source = [.. Numbers(length, 3).Select(x => (float)x)];
        float[] target = [.. Numbers(length, 4).Select(x => (float)x)];
        float[] expected = [.. target.Zip(source, (t, s) => MathF.FusedMultiplyAdd(0.3f, s, t))];
        FixedOrder.AddScaled(target, 0.3f, source);
        Assert.Equal(expected, target);
    }

    [Fact]
    public void Magnitudes_see_negative_entries_and_nan()
    {
        Assert.Equal(3, FixedOrder.LargestMagnitude<double>([1, -3, 2]));
        Assert.Equal(6, FixedOrder.SumOfMagnitudes<double>([1, -3, 2]));
        Assert.Equal(double.NaN, FixedOrder.LargestMagnitude<double>([1, double.NaN, 2]));
    }

    [Fact]
    public void Vectors_of_different_lengths_have_no_product()
        => Assert.Throws<ArgumentException>(() => FixedOrder.Dot<double>([1, 2], [1]));

    private static double Plain(double[] a, double[] b)
    {
        double[] sums = new double[8];
        int whole = a.Length / 8 * 8;
        for (int i = 0; i < whole; i++)
        {
            sums[i % 8] += a[i] * b[i];
        }

        double sum = (sums[0] + sums[4] + (sums[2] + sums[6])) + (sums[1] + sums[5] + (sums[3] + sums[7]));
        for (int i = whole; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double[] Numbers(int length, int seed)
    {
        System.Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (random.NextDouble() * 2) - 1)];
    }
}
