using System.Runtime.InteropServices;

namespace LinearTransformers.Numerics;

/// <summary>A number that moves along a direction, to second order: value + first·ε + second·ε² with ε³ = 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Taylor<TScalar>(TScalar value, TScalar first, TScalar second)
    where TScalar : unmanaged
{
    public readonly TScalar Value = value;

    public readonly TScalar First = first;

    public readonly TScalar Second = second;
}
