namespace LinearTransformers.Numerics;

/// <summary>What a double-precision bundle must offer for <see cref="Elementary"/> to be written once over it.</summary>
internal interface IElementaryLane<TSelf> : ILane<TSelf, double>
    where TSelf : unmanaged, IElementaryLane<TSelf>
{
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>x = mantissa·2^exponent with mantissa in [√½, √2), for finite normal x &gt; 0.</summary>
    static abstract void SplitExponent(TSelf x, out TSelf mantissa, out TSelf exponent);

    /// <summary>x·2^n for an integer-valued n with a normal result.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf x, TSelf n);

    /// <summary>Turns sin and cos of r into those of r + n·π/2, for an integer-valued n.</summary>
    static abstract void RotateByQuadrants(TSelf n, ref TSelf sin, ref TSelf cos);
}
