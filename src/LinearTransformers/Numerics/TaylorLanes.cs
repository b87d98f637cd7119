using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// A bundle of numbers a + a₁ ε + a₂ ε², ε³ = 0, one in each lane: a loss that is computed with them gives its own second derivative along
/// the direction in which its parameters move, 2 f₂, without a reverse pass.
/// <code>
/// (a b)₀ = a b      (a b)₁ = a b₁ + a₁ b      (a b)₂ = a b₂ + a₁ b₁ + a₂ b
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TaylorLanes<TLane, TScalar>(TLane value, TLane first, TLane second) : ILane<TaylorLanes<TLane, TScalar>, Taylor<TScalar>>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    public TLane Value = value;

    public TLane First = first;

    public TLane Second = second;

    public static int Count => TLane.Count;

    public static TaylorLanes<TLane, TScalar> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TLane.Zero, TLane.Zero, TLane.Zero);
    }

    public static TaylorLanes<TLane, TScalar> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TLane.One, TLane.Zero, TLane.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> Broadcast(Taylor<TScalar> value)
        => new(TLane.Broadcast(value.Value), TLane.Broadcast(value.First), TLane.Broadcast(value.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> FusedMultiplyAdd(
        TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b, TaylorLanes<TLane, TScalar> c)
    {
        Accumulate(a, b, ref c);
        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b, ref TaylorLanes<TLane, TScalar> sum)
    {
        TLane.Accumulate(a.Value, b.Value, ref sum.Value);
        TLane.Accumulate(a.First, b.Value, ref sum.First);
        TLane.Accumulate(a.Value, b.First, ref sum.First);
        TLane.Accumulate(a.Second, b.Value, ref sum.Second);
        TLane.Accumulate(a.First, b.First, ref sum.Second);
        TLane.Accumulate(a.Value, b.Second, ref sum.Second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> operator +(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b)
        => new(a.Value + b.Value, a.First + b.First, a.Second + b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> operator -(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b)
        => new(a.Value - b.Value, a.First - b.First, a.Second - b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> operator *(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b)
        => FusedMultiplyAdd(a, b, Zero);

    /// <summary>q = a/b from q b = a, order by order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> operator /(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b)
    {
        TLane value = a.Value / b.Value;
        TLane first = TLane.FusedMultiplyAdd(-value, b.First, a.First) / b.Value;
        TLane second = TLane.FusedMultiplyAdd(-value, b.Second, TLane.FusedMultiplyAdd(-first, b.First, a.Second)) / b.Value;
        return new(value, first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> operator -(TaylorLanes<TLane, TScalar> a) => new(-a.Value, -a.First, -a.Second);

    /// <summary>Decided by the value, as <see cref="DualLanes{TLane,TScalar}"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> KeepWherePositive(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> value)
        => new(TLane.KeepWherePositive(a.Value, value.Value), TLane.KeepWherePositive(a.Value, value.First),
            TLane.KeepWherePositive(a.Value, value.Second));

    /// <summary>The larger value, as a constant: for shifts that nothing depends on in the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> Larger(TaylorLanes<TLane, TScalar> a, TaylorLanes<TLane, TScalar> b)
        => new(TLane.Larger(a.Value, b.Value), TLane.Zero, TLane.Zero);

    /// <summary>e^x (1 + x₁ ε + (x₂ + x₁²/2) ε²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TaylorLanes<TLane, TScalar> Exp(TaylorLanes<TLane, TScalar> x)
    {
        TLane value = TLane.Exp(x.Value);
        TLane first = value * x.First;
        TLane half = TLane.One / (TLane.One + TLane.One);
        return new(value, first, TLane.FusedMultiplyAdd(value, x.Second, half * first * x.First));
    }

    /// <summary>The sum of the values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(TaylorLanes<TLane, TScalar> value) => TLane.SumOfLanes(value.Value);
}
