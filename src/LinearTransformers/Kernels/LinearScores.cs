using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>a = s: linear attention.</summary>
internal readonly unsafe struct LinearScores<TLane, TScalar> : IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    public static bool SeesQuery => false;

    public static bool DividesByContext => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate(TLane* scores, int count)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint(TLane* weights, TLane* adjoints, int count, int context)
    {
    }
}
