using System.Numerics;

namespace LinearTransformers.Numerics;

/// <summary>
/// A bundle of numbers that go through the same arithmetic side by side, one lane for each prompt.
/// Kernels are written once over this interface; the JIT compiles them anew for each implementing struct,
/// so the abstraction costs nothing. Lanes never influence one another.
/// </summary>
/// <typeparam name="TSelf">The bundle.</typeparam>
/// <typeparam name="TScalar">One lane's number, the type parameters are kept in.</typeparam>
internal interface ILane<TSelf, TScalar> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IMultiplyOperators<TSelf, TSelf, TSelf>,
    IDivisionOperators<TSelf, TSelf, TSelf>,
    IUnaryNegationOperators<TSelf, TSelf>
    where TSelf : unmanaged, ILane<TSelf, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Lanes in a bundle. Fixed by the type, never by the hardware: results must not depend on it.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf One { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Broadcast(TScalar value);

    /// <summary>a·b + c with one rounding. The JIT never contracts a product and a sum by itself.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>
    /// sum ← a·b + sum with one rounding: a sum that stays in its register, which the JIT does not see through the other form.
    /// </summary>
    static abstract void Accumulate(TSelf a, TSelf b, ref TSelf sum);

    /// <summary>
    /// Lane by lane, the value where a &gt; 0, and 0 elsewhere: a ReLU with a for both, its derivative's product otherwise.
    /// </summary>
    static abstract TSelf KeepWherePositive(TSelf a, TSelf value);

    /// <summary>Lane by lane, the larger of the two; b where either is NaN.</summary>
    static abstract TSelf Larger(TSelf a, TSelf b);

    /// <summary>e^x for x ≤ 1, within 1 ulp; zero where that is below the smallest normal number.</summary>
    static abstract TSelf Exp(TSelf x);

    /// <summary>The sum over lanes in double precision: lanes i and i + Count/2 first, then halves of that, and so on.</summary>
    static abstract double SumOfLanes(TSelf value);
}
