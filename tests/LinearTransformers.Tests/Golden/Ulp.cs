namespace LinearTransformers.Tests.Golden;

/// <summary>Distances between single-precision numbers in units in the last place.</summary>
internal static class Ulp
{
    public static int Distance(float a, float b) => Math.Abs(Ordered(a) - Ordered(b));

    public static void AssertWithin(int ulps, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            int distance = Distance(expected[i], actual[i]);
            Assert.True(distance <= ulps, $"element {i}: expected {expected[i]:R}, got {actual[i]:R}, {distance} ulp apart");
        }
    }

    private static int Ordered(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        return bits < 0 ? int.MinValue - bits : bits;
    }
}
