using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>What is made of a row of scores, and the adjoint of that.</summary>
internal unsafe interface IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Whether the query's score takes part, the last of N + 1; otherwise a row has N.</summary>
    static abstract bool SeesQuery { get; }

    /// <summary>Turns scores into weights.</summary>
    static abstract void Activate(TLane* scores, int count);

    /// <summary>Turns adjoints of the weights of the context, the first of a row, into those of its scores.</summary>
    static abstract void Adjoint(TLane* weights, TLane* adjoints, int count, int context);
}

internal readonly unsafe struct LinearScores<TLane, TScalar> : IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    public static bool SeesQuery => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate(TLane* scores, int count)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint(TLane* weights, TLane* adjoints, int count, int context)
    {
    }
}

/// <summary>a = max(s, 0); its derivative at 0 is 0, as PyTorch has it.</summary>
internal readonly unsafe struct ReluScores<TLane, TScalar> : IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    public static bool SeesQuery => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate(TLane* scores, int count)
    {
        for (int m = 0; m < count; m++)
        {
            scores[m] = TLane.KeepWherePositive(scores[m], scores[m]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint(TLane* weights, TLane* adjoints, int count, int context)
    {
        for (int m = 0; m < count; m++)
        {
            adjoints[m] = TLane.KeepWherePositive(weights[m], adjoints[m]);
        }
    }
}

/// <summary>a_m = e^{s_m − max s} / Σ_k e^{s_k − max s}, the query's among them if the mask comes after it.</summary>
internal readonly unsafe struct SoftmaxScores<TLane, TScalar, TMask> : IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TMask : struct, IMaskOrder
{
    public static bool SeesQuery => TMask.IsAfter;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate(TLane* scores, int count)
    {
        TLane largest = scores[0];
        for (int m = 1; m < count; m++)
        {
            largest = TLane.Larger(scores[m], largest);
        }

        TLane sum = TLane.Zero;
        for (int m = 0; m < count; m++)
        {
            scores[m] = TLane.Exp(scores[m] - largest);
            sum += scores[m];
        }

        TLane reciprocal = TLane.One / sum;
        for (int m = 0; m < count; m++)
        {
            scores[m] = scores[m] * reciprocal;
        }
    }

    /// <summary>s̄_m = a_m (ā_m − Σ_k a_k ā_k).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint(TLane* weights, TLane* adjoints, int count, int context)
    {
        TLane mean = TLane.Zero;
        for (int m = 0; m < context; m++)
        {
            TLane.Accumulate(weights[m], adjoints[m], ref mean);
        }

        for (int m = 0; m < context; m++)
        {
            adjoints[m] = weights[m] * (adjoints[m] - mean);
        }

        for (int m = context; m < count; m++)
        {
            adjoints[m] = weights[m] * -mean;
        }
    }
}

/// <summary>Whether the query's weight is masked out after the activation or before it.</summary>
internal interface IMaskOrder
{
    static abstract bool IsAfter { get; }
}

internal readonly struct MaskAfter : IMaskOrder
{
    public static bool IsAfter => true;
}

internal readonly struct MaskBefore : IMaskOrder
{
    public static bool IsAfter => false;
}
