using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// A bundle of dual numbers a + ȧ ε, ε² = 0, one in each lane: whatever a kernel computes, the tangents are its exact
/// derivative along the tangents that went in.
/// <code>
/// (a + ȧ ε) + (b + ḃ ε) = (a + b) + (ȧ + ḃ) ε        (a + ȧ ε)(b + ḃ ε) = a b + (ȧ b + a ḃ) ε
/// </code>
/// A kernel that computes a gradient gives, run on these with tangents v in its parameters, the gradient and the
/// Hessian-vector product H v (forward over reverse: Pearlmutter, <i>Fast exact multiplication by the Hessian</i>,
/// 1994). Values take the same steps as without tangents, so they have the same bits.
/// </summary>
/// <remarks>In memory a value bundle is followed by its tangent bundle; whoever takes sums or loads plain numbers relies on it.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct DualLanes<TLane, TScalar>(TLane value, TLane tangent) : ILane<DualLanes<TLane, TScalar>, Dual<TScalar>>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    public TLane Value = value;

    public TLane Tangent = tangent;

    public static int Count => TLane.Count;

    public static DualLanes<TLane, TScalar> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TLane.Zero, TLane.Zero);
    }

    public static DualLanes<TLane, TScalar> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TLane.One, TLane.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> Broadcast(Dual<TScalar> value)
        => new(TLane.Broadcast(value.Value), TLane.Broadcast(value.Tangent));

    /// <summary>a b + c, and a ḃ + (ȧ b + ċ) with a rounding for each product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> FusedMultiplyAdd(
        DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b, DualLanes<TLane, TScalar> c)
        => new(
            TLane.FusedMultiplyAdd(a.Value, b.Value, c.Value),
            TLane.FusedMultiplyAdd(a.Value, b.Tangent, TLane.FusedMultiplyAdd(a.Tangent, b.Value, c.Tangent)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b, ref DualLanes<TLane, TScalar> sum)
    {
        TLane.Accumulate(a.Value, b.Value, ref sum.Value);
        TLane.Accumulate(a.Tangent, b.Value, ref sum.Tangent);
        TLane.Accumulate(a.Value, b.Tangent, ref sum.Tangent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> operator +(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b)
        => new(a.Value + b.Value, a.Tangent + b.Tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> operator -(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b)
        => new(a.Value - b.Value, a.Tangent - b.Tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> operator *(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b)
        => new(a.Value * b.Value, TLane.FusedMultiplyAdd(a.Value, b.Tangent, a.Tangent * b.Value));

    /// <summary>q = a/b, and (ȧ − q ḃ)/b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> operator /(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b)
    {
        TLane quotient = a.Value / b.Value;
        return new(quotient, TLane.FusedMultiplyAdd(-quotient, b.Tangent, a.Tangent) / b.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> operator -(DualLanes<TLane, TScalar> a) => new(-a.Value, -a.Tangent);

    /// <summary>Decided by the value: the derivative of a ReLU is 0 at 0, as PyTorch has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> KeepWherePositive(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> value)
        => new(TLane.KeepWherePositive(a.Value, value.Value), TLane.KeepWherePositive(a.Value, value.Tangent));

    /// <summary>The larger value, as a constant: for shifts that nothing depends on in the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> Larger(DualLanes<TLane, TScalar> a, DualLanes<TLane, TScalar> b)
        => new(TLane.Larger(a.Value, b.Value), TLane.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DualLanes<TLane, TScalar> Exp(DualLanes<TLane, TScalar> x)
    {
        TLane value = TLane.Exp(x.Value);
        return new(value, value * x.Tangent);
    }

    /// <summary>The sum of the values; that of the tangents is the plain lanes' sum of <see cref="Tangent"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(DualLanes<TLane, TScalar> value) => TLane.SumOfLanes(value.Value);
}
