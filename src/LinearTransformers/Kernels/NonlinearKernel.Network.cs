using System.Runtime.CompilerServices;
using LinearTransformers.Models;

namespace LinearTransformers.Kernels;

/// <summary>The network on the covariates.</summary>
internal static unsafe partial class NonlinearKernel<TLane, TScalar>
{
    /// <summary>z of all tokens, and what the reverse pass needs of them.</summary>
    private static void Network(NonlinearWorkspace<TLane, TScalar> work, TScalar* parameters, TLane* tokens)
    {
        NonlinearRegressionShape shape = work.Shape;
        int d = shape.Dimension;
        int count = work.ContextLength + 1;
        for (int n = 0; n < count; n++)
        {
            Copy(tokens + (n * (d + 1)), work.Covariates + (n * d), d);
        }

        Multiply(
            work.Hidden,
            new Row(parameters + shape.OffsetOfFirstBiases),
            new Lanes<TLane>(work.Covariates, d, 1),
            new Parameters<TLane, TScalar>(parameters + shape.OffsetOfFirstWeights, 1, d),
            count,
            d,
            shape.Hidden);
        for (int i = 0; i < count * shape.Hidden; i++)
        {
            work.Hidden[i] = TLane.KeepWherePositive(work.Hidden[i], work.Hidden[i]);
        }

        Multiply(
            work.Features,
            new Row(parameters + shape.OffsetOfSecondBiases),
            new Lanes<TLane>(work.Hidden, shape.Hidden, 1),
            new Parameters<TLane, TScalar>(parameters + shape.OffsetOfSecondWeights, 1, shape.Hidden),
            count,
            shape.Hidden,
            d);
        for (int n = 0; n < count; n++)
        {
            Copy(work.Features + (n * d), work.Tokens + (n * (d + 1)), d);
            work.Tokens[(n * (d + 1)) + d] = tokens[(n * (d + 1)) + d];
        }
    }

    /// <summary>The network's gradient from H and q̄ of the bottom layer.</summary>
    private static void BackwardNetwork(NonlinearWorkspace<TLane, TScalar> work, TScalar* parameters, TLane overN)
    {
        NonlinearRegressionShape shape = work.Shape;
        int d = shape.Dimension;
        int count = work.ContextLength + 1;
        Scale(work.H, overN, shape.MatrixSize);
        TLane* barFeatures = work.Features;
        Multiply(barFeatures, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(work.Tokens, d + 1, 1), new Lanes<TLane>(work.H, d + 1, 1), work.ContextLength, d + 1, d);
        Copy(work.BarQuery, barFeatures + (work.ContextLength * d), d);

        TLane* barWeights1 = work.Gradient + shape.OffsetOfSecondWeights;
        Multiply(barWeights1, new Lanes<TLane>(barWeights1, shape.Hidden, 1), new Lanes<TLane>(barFeatures, 1, d), new Lanes<TLane>(work.Hidden, shape.Hidden, 1), d, count, shape.Hidden);
        AddRows(work.Gradient + shape.OffsetOfSecondBiases, barFeatures, count, d);
        Multiply(
            work.BarHidden,
            new ZeroMatrix<TLane, TScalar>(),
            new Lanes<TLane>(barFeatures, d, 1),
            new Parameters<TLane, TScalar>(parameters + shape.OffsetOfSecondWeights, shape.Hidden, 1),
            count,
            d,
            shape.Hidden);
        for (int i = 0; i < count * shape.Hidden; i++)
        {
            work.BarHidden[i] = TLane.KeepWherePositive(work.Hidden[i], work.BarHidden[i]);
        }

        TLane* barWeights0 = work.Gradient + shape.OffsetOfFirstWeights;
        Multiply(barWeights0, new Lanes<TLane>(barWeights0, d, 1), new Lanes<TLane>(work.BarHidden, 1, shape.Hidden), new Lanes<TLane>(work.Covariates, d, 1), shape.Hidden, count, d);
        AddRows(work.Gradient + shape.OffsetOfFirstBiases, work.BarHidden, count, shape.Hidden);
    }

    private static void AddRows(TLane* sums, TLane* rows, int count, int length)
    {
        for (int n = 0; n < count; n++, rows += length)
        {
            for (int i = 0; i < length; i++)
            {
                sums[i] += rows[i];
            }
        }
    }

    /// <summary>The same row of parameters, whatever the row.</summary>
    private readonly struct Row(TScalar* entries) : IOperand<TLane>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane At(int row, int column) => TLane.Broadcast(entries[column]);
    }
}
