using System.Text.Json;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Random;

public class TorchStreamTests
{
    public static TheoryData<int> NormalCases
        => [.. Enumerable.Range(0, GoldenFile.Read("torch_normal_uniform").GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(NormalCases))]
    public void Normals_and_the_uniforms_after_them_are_those_of_PyTorch(int index)
    {
        JsonElement golden = GoldenFile.Read("torch_normal_uniform").GetProperty("cases")[index];
        TorchStream stream = new(golden.GetProperty("seed").GetUInt64());

        float[] expected = golden.Floats("normal");
        float[] normals = new float[expected.Length];
        stream.FillNormal(normals);
        Ulp.AssertWithin(2, expected, normals);

        // Exact: a uniform is 24 bits of a draw, scaled by a power of two and shifted in single precision as PyTorch does.
        float[] uniforms = new float[3];
        stream.FillUniform(uniforms, -1, 1);
        Assert.Equal(golden.Floats("then_uniform"), uniforms);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Normals_drawn_into_a_view_leave_their_second_value_to_the_next_single_draw(int index)
    {
        JsonElement golden = GoldenFile.Read("torch_normal_noncontiguous")[index];
        float[] expected = golden.Floats("Z");
        int columns = expected.Length == 72 ? 6 : 4;
        float[] drawn = [.. expected.Where((_, i) => i % columns != columns - 1)];
        TorchStream stream = new(golden.GetProperty("seed").GetUInt64());

        float[] view = new float[drawn.Length];
        stream.FillNormalView(view);
        Ulp.AssertWithin(2, drawn, view);

        float[] then = new float[golden.GetProperty("then_normal").GetArrayLength()];
        stream.FillNormal(then);
        Ulp.AssertWithin(2, golden.Floats("then_normal"), then);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Linear_layers_start_as_in_PyTorch(int index)
    {
        JsonElement golden = GoldenFile.Read("torch_linear_init")[index];
        int[] sizes = [.. golden.GetProperty("layers").EnumerateArray().Select(x => x.GetInt32())];
        TorchStream stream = new(golden.GetProperty("seed").GetUInt64());
        for (int layer = 0; layer + 1 < sizes.Length; layer++)
        {
            float[] weights = new float[sizes[layer] * sizes[layer + 1]];
            float[] biases = new float[sizes[layer + 1]];
            stream.FillLinearLayer(weights, biases, sizes[layer]);

            // Exact: uniforms scaled in single precision, in PyTorch's order of operations.
            Assert.Equal(golden.Floats($"w{layer}"), weights);
            Assert.Equal(golden.Floats($"b{layer}"), biases);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Drawing_into_a_view_gives_the_same_bits_one_by_one_and_sixteen_pairs_at_a_time(int count)
    {
        TorchStream together = new(3);
        float[] all = new float[count];
        together.FillNormalView(all);

        TorchStream apart = new(3);
        for (int i = 0; i < count; i++)
        {
            float[] one = new float[1];
            apart.FillNormalView(one);
            Assert.Equal(BitConverter.SingleToInt32Bits(all[i]), BitConverter.SingleToInt32Bits(one[0]));
        }
    }

    [Fact]
    public void Pairs_come_within_three_ulp_of_double_precision_and_hardly_ever_beyond_two()
    {
        // PyTorch's own way: 53-bit uniforms, double precision throughout, rounded at the end.
        float[] normals = new float[2_000_000];
        new TorchStream(8).FillNormalView(normals);
        MersenneTwister engine = new(8);
        int[] apart = new int[10];
        for (int i = 0; i < normals.Length; i += 2)
        {
            double angle = 2 * Math.PI * Uniform();
            double radius = Math.Sqrt(-2 * Elementary.Log(1 - Uniform()));
            (double sin, double cos) = Elementary.SinCos(angle);
            apart[Math.Min(9, Ulp.Distance((float)(radius * cos), normals[i]))]++;
            apart[Math.Min(9, Ulp.Distance((float)(radius * sin), normals[i + 1]))]++;
        }

        Assert.Equal(0, apart[4..].Sum());
        Assert.InRange(apart[3], 0, 100);
        Assert.InRange(apart[0], normals.Length / 2, normals.Length);

        double Uniform() => ((((ulong)engine.Next() << 32) | engine.Next()) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
    }

    [Fact]
    public void Pairs_at_the_ends_of_the_uniforms_come_within_two_ulp_of_double_precision()
    {
        uint[] extremes = [0, 1, 2, 3, 1u << 20, (1u << 21) - 1, 0x80000000, uint.MaxValue - 1, uint.MaxValue];
        foreach (uint high in extremes)
        {
            foreach (uint low in extremes)
            {
                double u = ((((ulong)high << 32) | low) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
                AssertClose([high, low, 12345, 67890], u, Bits(12345, 67890));
                AssertClose([12345, 67890, high, low], Bits(12345, 67890), u);
            }
        }

        static double Bits(uint high, uint low) => (((ulong)high << 32) | low) * (1.0 / (1UL << 53));

        static unsafe void AssertClose(uint[] draws, double u1, double u2)
        {
            uint* padded = stackalloc uint[64];
            float* normals = stackalloc float[32];
            draws.CopyTo(new Span<uint>(padded, 64));
            BoxMuller.TransformPairs(padded, normals, 1, 0, 1);
            double radius = Math.Sqrt(-2 * Elementary.Log(1 - u2));
            (double sin, double cos) = Elementary.SinCos(2 * Math.PI * u1);
            AssertNear((float)(radius * cos), normals[0]);
            AssertNear((float)(radius * sin), normals[1]);
        }

        // A quarter turn is not exact in double precision: its cosine is 6e-17, not 0.
        static void AssertNear(float expected, float actual)
            => Assert.True(Ulp.Distance(expected, actual) <= 2 || Math.Abs(expected - actual) < 1e-15f,
                $"expected {expected:R}, got {actual:R}");
    }

    [Fact]
    public void A_restored_stream_goes_on_with_the_same_bits()
    {
        TorchStream stream = new(11);
        stream.FillNormal(new float[12345]);
        stream.FillNormalView(new float[7]);
        stream.FillGamma(new float[5], 2.5, 1);
        StreamState state = stream.Save();

        float[] expected = Draw(stream);
        TorchStream restored = new(0);
        restored.Restore(state);

        // Exact: the same integers through the same operations.
        Assert.Equal(expected, Draw(restored));

        static float[] Draw(TorchStream stream)
        {
            float[] drawn = new float[2103];
            stream.FillNormalView(drawn.AsSpan(0, 3));
            stream.FillNormal(drawn.AsSpan(3, 2000));
            stream.FillGamma(drawn.AsSpan(2003, 50), 2.5, 1);
            stream.FillUniform(drawn.AsSpan(2053), -1, 1);
            return drawn;
        }
    }

    [Fact]
    public void A_state_of_another_length_is_refused()
        => Assert.Throws<ArgumentException>(() => new TorchStream(0).Restore(new StreamState(new uint[3])));
}
