using System.Runtime.InteropServices;

namespace LinearTransformers.Numerics;

/// <summary>A dual number value + tangent·ε with ε² = 0: a number and its derivative along a direction.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Dual<TScalar>(TScalar value, TScalar tangent)
    where TScalar : unmanaged
{
    public readonly TScalar Value = value;

    public readonly TScalar Tangent = tangent;
}
