namespace LinearTransformers.Numerics;

/// <summary>
/// A dimension d that the JIT may know. Kernels are written once; with <see cref="Dimension5"/> every loop bound and
/// stride is a constant to it, with <see cref="AnyDimension"/> they are read at run time. The bits are the same.
/// </summary>
internal interface IDimension
{
    /// <summary>d, or 0 where it is known at run time only.</summary>
    static abstract int Known { get; }
}

internal readonly struct Dimension5 : IDimension
{
    public static int Known => 5;
}

internal readonly struct AnyDimension : IDimension
{
    public static int Known => 0;
}

internal readonly struct Dimension6 : IDimension
{
    public static int Known => 6;
}

internal readonly struct Dimension11 : IDimension
{
    public static int Known => 11;
}

internal readonly struct Dimension1 : IDimension
{
    public static int Known => 1;
}

internal readonly struct Dimension2 : IDimension
{
    public static int Known => 2;
}
