namespace LinearTransformers.Numerics;

/// <summary>The layout of an IEEE double.</summary>
internal static class Float64
{
    public const int MantissaBits = 52;

    public const long ExponentBias = 1023;

    /// <summary>The bits of √½, rounded down.</summary>
    public const long SqrtHalfBits = 0x3FE6A09E667F3BCC;
}
