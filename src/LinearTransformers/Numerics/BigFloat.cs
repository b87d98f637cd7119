using System.Numerics;

namespace LinearTransformers.Numerics;

/// <summary>
/// A binary floating-point number Mantissa · 2^Exponent with a mantissa of up to Bits bits, rounded to nearest after
/// every operation (relative error at most 2^−Bits). For short recursions that lose more digits than a double has.
/// </summary>
internal readonly struct BigFloat
{
    private readonly BigInteger _mantissa;
    private readonly long _exponent;
    private readonly int _bits;

    public BigFloat(BigInteger value, int bits) : this(value, 0, bits)
    {
    }

    public BigFloat(double value, int bits) : this(new BigInteger(Math.ScaleB(value, 52 - Scale(value))), Scale(value) - 52, bits)
    {
    }

    private BigFloat(BigInteger mantissa, long exponent, int bits)
    {
        long excess = mantissa.GetBitLength() - bits;
        if (excess > 0)
        {
            mantissa = (mantissa + (BigInteger.One << (int)(excess - 1))) >> (int)excess;
            exponent += excess;
        }

        _mantissa = mantissa;
        _exponent = exponent;
        _bits = bits;
    }

    public int Sign => _mantissa.Sign;

    /// <summary>The same number with a mantissa of <paramref name="bits"/> bits.</summary>
    public BigFloat Round(int bits) => new(_mantissa, _exponent, bits);

    public static BigFloat operator +(BigFloat a, BigFloat b)
    {
        if (a._mantissa.IsZero)
            return b;
        if (b._mantissa.IsZero)
            return a;
        int bits = Math.Max(a._bits, b._bits);
        if (a._exponent < b._exponent)
            (a, b) = (b, a);
        // Beyond two mantissas' length the smaller one is below the last bit of the larger.
        long shift = Math.Min(a._exponent - b._exponent, 3L * bits);
        return shift < 3L * bits
            ? new BigFloat((a._mantissa << (int)shift) + b._mantissa, b._exponent, bits)
            : new BigFloat(a._mantissa, a._exponent, bits);
    }

    public static BigFloat operator -(BigFloat a) => new(-a._mantissa, a._exponent, a._bits);

    public static BigFloat operator -(BigFloat a, BigFloat b) => a + -b;

    public static BigFloat operator *(BigFloat a, BigFloat b)
        => new(a._mantissa * b._mantissa, a._exponent + b._exponent, Math.Max(a._bits, b._bits));

    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static BigFloat operator /(BigFloat a, BigFloat b)
    {
        int bits = Math.Max(a._bits, b._bits);
        long shift = Math.Max(0, bits + 2 + b._mantissa.GetBitLength() - a._mantissa.GetBitLength());
        return new BigFloat((a._mantissa << (int)shift) / b._mantissa, a._exponent - b._exponent - shift, bits);
    }

    /// <summary>The nearest double; values out of its range become infinite or zero.</summary>
    public double ToDouble()
    {
        BigFloat top = Round(53);
        long exponent = Math.Clamp(top._exponent, -100_000, 100_000);
        return Math.ScaleB((double)top._mantissa, (int)exponent);
    }

    private static int Scale(double value) => value == 0 ? 0 : Math.ILogB(value);
}
