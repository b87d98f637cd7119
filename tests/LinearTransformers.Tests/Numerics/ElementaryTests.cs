using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Numerics;

/// <summary>Our own elementary functions against the C library's in double precision, which is good to an ulp.</summary>
public class ElementaryTests
{
    [Fact]
    public void Single_precision_logarithms_are_within_an_ulp_on_all_uniforms_of_24_bits()
        => AssertWithinOnAllUniforms(1, u => 1 - u, x => ElementarySingle.Log(x), Math.Log);

    [Fact]
    public void Single_precision_sines_are_within_an_ulp_on_all_angles_of_24_bits()
        => AssertWithinOnAllUniforms(1, Angle, x => SinCos(x).Sin, Math.Sin);

    [Fact]
    public void Single_precision_cosines_are_within_an_ulp_on_all_angles_of_24_bits()
        => AssertWithinOnAllUniforms(1, Angle, x => SinCos(x).Cos, Math.Cos);

    [Fact]
    public void Single_precision_exponentials_are_within_an_ulp_from_the_least_normal_result_up()
    {
        // Every 97th float between −88 and 1: eleven million of them.
        float[] x = new float[8];
        float[] y = new float[8];
        int worst = 0;
        foreach ((int from, int to) in new[] { (0, Bits(1)), (int.MinValue, Bits(-87.33654f) + 1) })
        {
            for (long bits = from; bits < to; bits += 97 * 8)
            {
                for (int lane = 0; lane < 8; lane++)
                {
                    x[lane] = BitConverter.Int32BitsToSingle((int)Math.Min(bits + (97 * lane), to - 1));
                }

                ElementarySingle.Exp(Vector256.Create(x)).CopyTo(y);
                for (int lane = 0; lane < 8; lane++)
                {
                    worst = Math.Max(worst, Ulp.Distance((float)Math.Exp(x[lane]), y[lane]));
                }
            }
        }

        Assert.InRange(worst, 0, 1);

        static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
    }

    [Fact]
    public void Exponentials_of_what_is_far_below_zero_are_zero_and_of_NaN_NaN()
    {
        foreach (float x in new[] { -88f, -1e4f, float.NegativeInfinity })
        {
            Assert.Equal(0, ElementarySingle.Exp(Vector256.Create(x))[0]);
            Assert.Equal(0, ScalarLane.Exp(new(x * 10.0)).Value);
        }

        Assert.True(float.IsNaN(ElementarySingle.Exp(Vector256.Create(float.NaN))[3]));
        Assert.True(double.IsNaN(ScalarLane.Exp(new(double.NaN)).Value));
    }

    [Fact]
    public void Double_precision_logarithms_are_within_three_units_of_rounding()
    {
        foreach (double x in Samples(1e-300, 1e300).Append(1).Append(double.BitDecrement(1)).Append(double.BitIncrement(1)))
        {
            AssertClose(Math.Log(x), Elementary.Log(x), 3);
        }
    }

    [Fact]
    public void Double_precision_exponentials_are_within_three_units_of_rounding()
    {
        System.Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            double x = (random.NextDouble() - 0.5) * 1400;
            AssertClose(Math.Exp(x), Elementary.Exp(x), 3);
        }
    }

    [Fact]
    public void Double_precision_sines_and_cosines_are_within_three_units_of_rounding()
    {
        System.Random random = new(2);
        for (int i = 0; i < 20_000; i++)
        {
            double x = (random.NextDouble() - 0.5) * 200;
            (double sin, double cos) = Elementary.SinCos(x);
            AssertClose(Math.Sin(x), sin, 3);
            AssertClose(Math.Cos(x), cos, 3);
        }
    }

    [Fact]
    public void Powers_are_good_to_1e_13_relative()
    {
        System.Random random = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            double x = random.NextDouble();
            double expected = Math.Pow(x, 10);
            Assert.InRange(Elementary.Pow(x, 10), expected * (1 - 1e-13), expected * (1 + 1e-13));
        }
    }

    [Fact]
    public void One_lane_four_and_eight_give_the_same_bits()
    {
        System.Random random = new(4);
        for (int i = 0; i < 1000; i++)
        {
            double[] x = [.. Enumerable.Range(0, 8).Select(_ => random.NextDouble() * 50)];
            AssertSame(x, new DoubleLanes(Vector512.Create(x)), lanes => [.. Enumerable.Range(0, 8).Select(lane => lanes.Value[lane])]);
            AssertSame(x, new DoubleHalfLanes(Vector256.Create(x)), lanes => [.. Enumerable.Range(0, 4).Select(lane => lanes.Value[lane])]);
        }

        static void AssertSame<TLane>(double[] x, TLane lanes, Func<TLane, double[]> numbers)
            where TLane : unmanaged, ISelectingLane<TLane>
        {
            double[] log = numbers(Elementary.Log(lanes));
            double[] exp = numbers(Elementary.Exp(lanes));
            Elementary.SinCos(lanes, out TLane sin, out TLane cos);
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                // Exact: the same correctly rounded operations in the same order.
                Assert.Equal(Elementary.Log(x[lane]), log[lane]);
                Assert.Equal(Elementary.Exp(x[lane]), exp[lane]);
                Assert.Equal(Elementary.SinCos(x[lane]), (numbers(sin)[lane], numbers(cos)[lane]));
            }
        }
    }

    private static float Angle(float u) => (float)(2 * Math.PI) * u;

    private static (Vector256<float> Sin, Vector256<float> Cos) SinCos(Vector256<float> x)
    {
        ElementarySingle.SinCos<Eight, EightInts>(new Eight(x), out Eight sin, out Eight cos);
        return (sin.Value, cos.Value);
    }

    private static void AssertWithinOnAllUniforms(
        int ulps, Func<float, float> argument, Func<Vector256<float>, Vector256<float>> ours, Func<double, double> reference)
    {
        float[] x = new float[8];
        float[] y = new float[8];
        int worst = 0;
        for (int k = 0; k < 1 << 24; k += 8)
        {
            for (int lane = 0; lane < 8; lane++)
            {
                x[lane] = argument((k + lane) * (1f / (1 << 24)));
            }

            ours(Vector256.Create(x)).CopyTo(y);
            for (int lane = 0; lane < 8; lane++)
            {
                worst = Math.Max(worst, Ulp.Distance((float)reference(x[lane]), y[lane]));
            }
        }

        Assert.InRange(worst, 0, ulps);
    }

    private static IEnumerable<double> Samples(double low, double high)
    {
        System.Random random = new(0);
        for (int i = 0; i < 20_000; i++)
        {
            yield return Math.Exp(Math.Log(low) + random.NextDouble() * (Math.Log(high) - Math.Log(low)));
            yield return 0.5 + random.NextDouble();
        }
    }

    private static void AssertClose(double expected, double actual, int units)
        => Assert.True(
            Math.Abs(actual - expected) <= units * Math.Max(Math.Abs(expected) * 1.2e-16, 1e-30),
            $"expected {expected:R}, got {actual:R}");
}
