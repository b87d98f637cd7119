using System.Runtime.Intrinsics;
using LinearTransformers.Random;

namespace LinearTransformers.Tests.Random;

public class PhiloxTests
{
    /// <summary>The known answers that the authors of Philox publish with their library (kat_vectors, philox4x32 10).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u,
        0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u,
        0x24126ea1u)]
    public void Words_are_the_published_ones(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint w0, uint w1, uint w2, uint w3)
    {
        uint[] words = new uint[4];
        Philox.Block(c0, c1, c2, c3, k0 | ((ulong)k1 << 32), words);
        Assert.Equal([w0, w1, w2, w3], words);
    }

    [Fact]
    public void Eight_lanes_are_eight_counters()
    {
        const ulong Key = 0x0123456789ABCDEF;
        Vector256<uint> a = Vector256.Create(7u) + Vector256<uint>.Indices;
        Vector256<uint> b = Vector256.Create(0xFFFFFFF0u) + Vector256<uint>.Indices;
        Vector256<uint> c = Vector256.Create(3u);
        Vector256<uint> d = Vector256<uint>.AllBitsSet;
        Philox.Block(Key, ref a, ref b, ref c, ref d);
        uint[] words = new uint[4];
        for (uint lane = 0; lane < 8; lane++)
        {
            Philox.Block(7 + lane, 0xFFFFFFF0 + lane, 3, uint.MaxValue, Key, words);
            Assert.Equal(words, new uint[] { a[(int)lane], b[(int)lane], c[(int)lane], d[(int)lane] });
        }
    }
}
