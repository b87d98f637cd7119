using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Activations;

/// <summary>a_m = e^{s_m − max s} / Σ_k e^{s_k − max s}, the query's among them if the variant sees it.</summary>
internal readonly unsafe struct SoftmaxScores<TLane, TScalar, TVariant> : IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TVariant : struct, ISoftmaxVariant
{
    public static bool SeesQuery => TVariant.SeesQuery;

    public static bool DividesByContext => TVariant.DividesByContext;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate(TLane* scores, int count)
    {
        // Two chains, each of which would wait for itself.
        TLane largest = scores[0];
        TLane other = scores[count - 1];
        for (int m = 1; m + 1 < count; m += 2)
        {
            largest = TLane.Larger(scores[m], largest);
            other = TLane.Larger(scores[m + 1], other);
        }

        largest = TLane.Larger(other, largest);

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

    /// <summary>s̄_m = a_m (ā_m − Σ_k a_k ā_k), of two rows in turn: a single sum would wait for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint(TLane* weights, TLane* adjoints, int rows, int count, int context)
    {
        for (; rows > 0; rows -= 2, weights += 2 * count, adjoints += 2 * count)
        {
            // Of an odd number of rows the last one stands for both.
            int next = rows > 1 ? count : 0;
            TLane mean = TLane.Zero;
            TLane meanOfNext = TLane.Zero;
            for (int m = 0; m < context; m++)
            {
                TLane.Accumulate(weights[m], adjoints[m], ref mean);
                TLane.Accumulate(weights[next + m], adjoints[next + m], ref meanOfNext);
            }

            AdjointOfRow(weights, adjoints, mean, count, context);
            if (rows > 1)
            {
                AdjointOfRow(weights + count, adjoints + count, meanOfNext, count, context);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AdjointOfRow(TLane* weights, TLane* adjoints, TLane mean, int count, int context)
    {
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

/// <summary>Over which scores a softmax goes, and whether its weights are divided by N besides.</summary>
internal interface ISoftmaxVariant
{
    /// <inheritdoc cref="IScoreActivation{TLane, TScalar}.SeesQuery"/>
    static abstract bool SeesQuery { get; }

    /// <inheritdoc cref="IScoreActivation{TLane, TScalar}.DividesByContext"/>
    static abstract bool DividesByContext { get; }
}
