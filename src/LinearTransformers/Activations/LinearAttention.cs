using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Activations;

/// <summary>Nothing, a_nm = s_nm / N: linear attention.</summary>
[Part("none", "linear attention")]
public sealed record LinearAttention : Activation
{
    /// <inheritdoc/>
    public override bool IsLinear => true;

    /// <inheritdoc/>
    internal override TResult Use<TLane, TScalar, TResult>(IActivationUser<TLane, TScalar, TResult> user)
        => user.Use<LinearScores<TLane, TScalar>>();
}

/// <summary>a = s.</summary>
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
    public static void Adjoint(TLane* weights, TLane* adjoints, int rows, int count, int context)
    {
    }
}
