using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>Numbers of the native stream one by one: those of a prompt, say, in the order in which they are asked for.</summary>
/// <param name="batch">The batch.</param>
/// <param name="domain">What they are for.</param>
/// <param name="prompt">Which of the batch's prompts.</param>
internal struct ScalarDraws(NativeBatch batch, DrawDomain domain, uint prompt)
{
    private readonly uint[] _words = new uint[4];
    private uint _block;
    private int _next = 4;

    /// <summary>24 bits, in [0, 1).</summary>
    public float Uniform() => (Word() >> 8) * (1f / (1 << 24));

    /// <summary>53 bits, in (0, 1).</summary>
    public double PreciseUniform() => (((((ulong)Word() << 32) | Word()) >> 11) + 0.5) * (1.0 / (1L << 53));

    /// <summary>A standard normal number in double precision.</summary>
    public double Normal()
    {
        double radius = Math.Sqrt(-2 * Elementary.Log(PreciseUniform()));
        return radius * Elementary.SinCos(2 * Math.PI * PreciseUniform()).Cos;
    }

    /// <summary>
    /// A gamma number of this shape and scale 1, by Marsaglia and Tsang, <i>A simple method for generating gamma variables</i>, 2000: of
    /// shapes a &lt; 1 as one of a + 1 times U^{1/a}.
    /// </summary>
    public double Gamma(double shape)
    {
        double boost = shape < 1 ? Elementary.Pow(PreciseUniform(), 1 / shape) : 1;
        double d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Normal();
            double v = 1 + (c * x);
            double u = PreciseUniform();
            if (v > 0)
            {
                v = v * v * v;
                if (Elementary.Log(u) < (0.5 * x * x) + (d * (1 - v + Elementary.Log(v))))
                {
                    return d * v * boost;
                }
            }
        }
    }

    private uint Word()
    {
        if (_next == _words.Length)
        {
            (uint c2, uint c3) = batch.Counter(domain);
            Philox.Block(prompt, _block++, c2, c3, batch.Key, _words);
            _next = 0;
        }

        return _words[_next++];
    }
}
