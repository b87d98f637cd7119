using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>The network on the covariates.</summary>
internal static unsafe partial class NonlinearKernel<TLane, TScalar, TDim, TSize>
{
    /// <summary>Tokens whose hidden units are made at a time: those are then still in the first-level cache for what comes next.</summary>
    private const int TokensAtOnce = 8;

    /// <summary>z of all tokens, and what the reverse pass needs of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Network(NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* parameters, TLane* tokens)
    {
        NonlinearRegressionShape shape = work.Shape;
        int size = Known<TSize>(shape.Dimension + 1);
        int count = work.ContextLength + 1;
        if (shape.Hidden == 0)
        {
            Copy(tokens, work.Tokens, count * size);
            return;
        }

        HiddenUnits(work.Hidden, parameters + shape.OffsetOfFirstWeights, parameters + shape.OffsetOfFirstBiases, tokens, count,
            shape.Hidden, shape.Dimension);
        Features(work.Tokens, parameters + shape.OffsetOfSecondWeights, parameters + shape.OffsetOfSecondBiases, work.Hidden, count,
            shape.Hidden, shape.Dimension);
        for (int n = 0, label = size - 1; n < count; n++, label += size)
        {
            work.Tokens[label] = tokens[label];
        }
    }

    /// <summary>a = relu(W₀ x + b₀) of all tokens.</summary>
    [MethodImpl(Apart)]
    private static void HiddenUnits(TLane* units, TScalar* weights, TScalar* biases, TLane* tokens, int count, int hidden, int d)
    {
        d = Known<TDim>(d);
        for (; count > 0; count -= TokensAtOnce, tokens += TokensAtOnce * (d + 1))
        {
            int rows = Math.Min(count, TokensAtOnce);
            LaneProduct.Multiply<TLane, TScalar, Row, Rows<TLane, TSize>, ParameterColumns<TLane, TScalar, TDim>, AnyDimension,
                AnyDimension, AnyDimension>(
                units, hidden, new(biases), new(tokens, d + 1), new(weights, d), rows, d, hidden);
            for (TLane* end = units + ((nint)rows * hidden); units < end; units++)
            {
                *units = TLane.KeepWherePositive(*units, *units);
            }
        }
    }

    /// <summary>φ = W₁ a + b₁ of all tokens, into the first d entries of z.</summary>
    [MethodImpl(Apart)]
    private static void Features(TLane* features, TScalar* weights, TScalar* biases, TLane* units, int count, int hidden, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Row, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>, AnyDimension,
            AnyDimension, TDim>(
            features, d + 1, new(biases), new(units, hidden), new(weights, hidden), count, hidden, d);
    }

    /// <summary>The network's gradient from H and q̄ of the bottom layer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardNetwork(NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* parameters, TLane overN)
    {
        NonlinearRegressionShape shape = work.Shape;
        if (shape.Hidden == 0)
        {
            return;
        }

        int d = Known<TDim>(shape.Dimension);
        int count = work.ContextLength + 1;
        Scale(work.H, overN, shape.MatrixSize);
        TLane* barFeatures = work.BarFeatures;
        AdjointOfFeatures(barFeatures, work.Tokens, work.H, work.ContextLength, d);
        Copy(work.BarQuery, barFeatures + (work.ContextLength * d), d);
        AdjointOfSecondWeights(work.Gradient + shape.OffsetOfSecondWeights, barFeatures, work.Hidden, count, shape.Hidden, d);
        AddRows(work.Gradient + shape.OffsetOfSecondBiases, barFeatures, count, d);
        AdjointOfHiddenUnits(work.BarHidden, work.Gradient + shape.OffsetOfFirstBiases, barFeatures,
            parameters + shape.OffsetOfSecondWeights, work.Hidden, count, shape.Hidden, d);
        AdjointOfFirstWeights(work.Gradient + shape.OffsetOfFirstWeights, work.BarHidden, work.Prompts, count, shape.Hidden, d);
    }

    /// <summary>φ̄: the first d entries of H z.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfFeatures(TLane* barFeatures, TLane* tokens, TLane* h, int contextLength, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TSize>, Rows<TLane, TSize>, AnyDimension,
            AnyDimension, TDim>(
            barFeatures, d, default, new(tokens, d + 1), new(h, d + 1), contextLength, d + 1, d);
    }

    /// <summary>W̄₁ += Σ φ̄ aᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfSecondWeights(TLane* barWeights, TLane* barFeatures, TLane* units, int count, int hidden, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, AnyDimension>, Columns<TLane, TDim>, Rows<TLane, AnyDimension>, AnyDimension,
            AnyDimension, AnyDimension>(
            barWeights, hidden, new(barWeights, hidden), new(barFeatures, d), new(units, hidden), d, count, hidden);
    }

    /// <summary>ā = W₁ᵀ φ̄ where a &gt; 0, b̄₀ += Σ ā.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfHiddenUnits(
        TLane* barUnits, TLane* barBiases, TLane* barFeatures, TScalar* weights, TLane* units, int count, int hidden, int d)
    {
        d = Known<TDim>(d);
        for (; count > 0; count -= TokensAtOnce, barFeatures += TokensAtOnce * d)
        {
            int rows = Math.Min(count, TokensAtOnce);
            LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>,
                ParameterRows<TLane, TScalar, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
                barUnits, hidden, default, new(barFeatures, d), new(weights, hidden), rows, d, hidden);
            for (int n = 0; n < rows; n++, barUnits += hidden, units += hidden)
            {
                for (int i = 0; i < hidden; i++)
                {
                    TLane bar = TLane.KeepWherePositive(units[i], barUnits[i]);
                    barUnits[i] = bar;
                    barBiases[i] += bar;
                }
            }
        }
    }

    /// <summary>W̄₀ += Σ ā xᵀ.</summary>
    [MethodImpl(Apart)]
    private static void AdjointOfFirstWeights(TLane* barWeights, TLane* barUnits, TLane* tokens, int count, int hidden, int d)
    {
        d = Known<TDim>(d);
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TDim>, Columns<TLane, AnyDimension>, Rows<TLane, TSize>, AnyDimension,
            AnyDimension, TDim>(
            barWeights, d, new(barWeights, d), new(barUnits, hidden), new(tokens, d + 1), hidden, count, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    private readonly struct Row(TScalar* entries) : IOperand<Row, TLane>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane At(int row, int column) => TLane.Broadcast(entries[column]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Row Beyond(int rows, int columns) => new(entries + columns);
    }
}
