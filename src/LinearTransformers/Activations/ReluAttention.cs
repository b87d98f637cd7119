using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Activations;

/// <summary>The positive part, a_nm = max(s_nm, 0) / N.</summary>
[Part("relu", "the positive part of scores, divided by N")]
public sealed record ReluAttention : Activation
{
    /// <inheritdoc/>
    internal override TResult Use<TLane, TScalar, TResult>(IActivationUser<TLane, TScalar, TResult> user)
        => user.Use<ReluScores<TLane, TScalar>>();
}

/// <summary>a = max(s, 0); its derivative at 0 is 0, as PyTorch has it.</summary>
internal readonly unsafe struct ReluScores<TLane, TScalar> : IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    public static bool SeesQuery => false;

    public static bool DividesByContext => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate(TLane* scores, int count)
    {
        for (int m = 0; m < count; m++)
        {
            scores[m] = TLane.KeepWherePositive(scores[m], scores[m]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint(TLane* weights, TLane* adjoints, int rows, int count, int context)
    {
        for (int m = 0; m < rows * count; m++)
        {
            adjoints[m] = TLane.KeepWherePositive(weights[m], adjoints[m]);
        }
    }
}
