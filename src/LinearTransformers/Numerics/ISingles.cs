namespace LinearTransformers.Numerics;

/// <summary>
/// Vectors of single-precision numbers over which the elementary functions are written once: eight numbers, or two vectors of eight in
/// turn. A chain of dependent operations leaves a core waiting; two chains in turn fill each other's gaps.
/// </summary>
/// <typeparam name="TSelf">The vectors.</typeparam>
/// <typeparam name="TInts">Vectors of as many 32-bit integers.</typeparam>
internal interface ISingles<TSelf, TInts>
    where TSelf : unmanaged, ISingles<TSelf, TInts>
    where TInts : unmanaged, IInts<TInts, TSelf>
{
    static abstract TSelf Create(float value);

    /// <summary>a·b + c in one rounding.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf Sqrt(TSelf x);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>Of integer-valued numbers.</summary>
    static abstract TInts ToInts(TSelf x);

    static abstract TInts Bits(TSelf x);

    /// <summary>a where the highest bit of the choice is set, b elsewhere.</summary>
    static abstract TSelf ChooseBySign(TInts choice, TSelf a, TSelf b);
}

/// <summary>Vectors of 32-bit integers, as many as <typeparamref name="TSingles"/> has numbers.</summary>
/// <typeparam name="TSelf">The vectors.</typeparam>
/// <typeparam name="TSingles">Vectors of as many numbers.</typeparam>
internal unsafe interface IInts<TSelf, TSingles>
    where TSelf : unmanaged, IInts<TSelf, TSingles>
    where TSingles : unmanaged, ISingles<TSingles, TSelf>
{
    static abstract TSelf Create(int value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator &(TSelf a, TSelf b);

    static abstract TSelf operator |(TSelf a, TSelf b);

    static abstract TSelf operator ^(TSelf a, TSelf b);

    static abstract TSelf operator <<(TSelf x, int bits);

    /// <summary>Keeps the sign.</summary>
    static abstract TSelf operator >>(TSelf x, int bits);

    static abstract TSelf operator >>>(TSelf x, int bits);

    /// <summary>a and not b.</summary>
    static abstract TSelf AndNot(TSelf a, TSelf b);

    /// <summary>All bits where they are equal, none elsewhere.</summary>
    static abstract TSelf AreEqual(TSelf a, TSelf b);

    /// <summary>To the nearest numbers.</summary>
    static abstract TSingles ToSingles(TSelf x);

    /// <summary>As integers without sign, to the nearest numbers.</summary>
    static abstract TSingles UnsignedToSingles(TSelf x);

    static abstract TSingles AsSingles(TSelf x);
}
