using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The linear transformer's loss at matrices that are diagonal, for less than half the arithmetic and no more for several heads. It depends
/// on the diagonals p_h and q_h of a layer's heads through weights only:
/// <code>
/// W = Σ_h p_h q_hᵀ    s = Σ_h q_h        p̄_h = W̄ q_h    q̄_h = W̄ᵀ p_h + s̄
/// </code>
/// Where matrices see labels, P has a corner of its own and there is no s. Parameters are whole matrices, of which the diagonals are looked
/// at, and gradients are zero beside them.
/// </summary>
internal sealed class DiagonalLoss<T> : BatchLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _allHeads;
    private readonly int _heads;
    private readonly int _size;
    private readonly bool _hasSums;
    private readonly GramBatchLoss<T> _ofWeights;
    private readonly T[] _weights;
    private readonly T[] _direction;
    private readonly T[] _gradient;
    private readonly T[] _product;

    public DiagonalLoss(LinearTransformerShape shape, WorkerTeam? team)
        : this(
            shape.Layout, ParameterCoordinates.Live(shape), (shape.Layers, shape.Heads, shape.Dimension),
            new GramPasses(new(shape.Layers, 1, shape.Dimension), shape.Dimension == 5, isDiagonal: true), hasSums: true, team)
    {
    }

    /// <summary>That of matrices which see labels.</summary>
    public DiagonalLoss(NonlinearRegressionShape shape, WorkerTeam? team)
        : this(
            shape.Layout, ParameterCoordinates.Live(shape), (shape.Layers, shape.Heads, shape.Dimension + 1),
            new FullDiagonalPasses(shape.Layers, shape.Dimension), hasSums: false, team)
    {
    }

    /// <param name="layout">The matrices' entries.</param>
    /// <param name="live">Those that the loss depends on.</param>
    /// <param name="sizes">Layers, heads, and rows of a matrix.</param>
    /// <param name="passes">
    /// What takes weights through the layers: W of each, and where there are sums as many numbers again, the first of which are s.
    /// </param>
    /// <param name="hasSums">Whether there are.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    private DiagonalLoss(
        ParameterLayout layout, int[] live, (int Layers, int Heads, int Size) sizes, IGramPassFactory passes, bool hasSums,
        WorkerTeam? team)
        : base(layout, [.. live.Where(i => i % (sizes.Size * sizes.Size) % (sizes.Size + 1) == 0)], team)
    {
        (_allHeads, _heads, _size, _hasSums) = (sizes.Layers * sizes.Heads, sizes.Heads, sizes.Size, hasSums);
        _ofWeights = new(new ParameterLayout(new ParameterArray("weights", [passes.ParameterCount])), [], passes, null, team);
        _weights = new T[passes.ParameterCount];
        _direction = new T[passes.ParameterCount];
        _gradient = new T[passes.ParameterCount];
        _product = new T[passes.ParameterCount];
    }

    internal override bool StatisticsSuffice => true;

    public override void Load(PromptBatch batch) => _ofWeights.Load(batch);

    public override void LoadNext(PromptBatch batch, IStream stream) => _ofWeights.LoadNext(batch, stream);

    public override double Evaluate(ReadOnlySpan<T> parameters)
    {
        Weigh(parameters);
        return _ofWeights.Evaluate(_weights);
    }

    public override double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
    {
        Weigh(parameters);
        double loss = _ofWeights.Evaluate(_weights, _gradient);
        gradient.Clear();
        AddAdjoints(_gradient, parameters, gradient, isOfSum: true);
        return loss;
    }

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
    {
        Weigh(parameters);
        _direction.AsSpan().Clear();
        AddWeights(direction, parameters, _direction);
        AddWeights(parameters, direction, _direction);
        AddSums(direction, _direction);
        double loss = _ofWeights.Evaluate(_weights, _direction, _gradient, _product);
        gradient.Clear();
        product.Clear();
        AddAdjoints(_gradient, parameters, gradient, isOfSum: true);
        AddAdjoints(_product, parameters, product, isOfSum: true);
        AddAdjoints(_gradient, direction, product, isOfSum: false);
        return loss;
    }

    public override void Residuals(ReadOnlySpan<T> parameters, Span<T> residuals)
    {
        Weigh(parameters);
        _ofWeights.Residuals(_weights, residuals);
    }

    public override void Sensitivities(ReadOnlySpan<T> parameters, Span<T> sensitivities)
    {
        Weigh(parameters);
        _ofWeights.Sensitivities(_weights, sensitivities);
    }

    public override void Labels(Span<T> labels) => _ofWeights.Labels(labels);

    private void Weigh(ReadOnlySpan<T> parameters)
    {
        _weights.AsSpan().Clear();
        AddWeights(parameters, parameters, _weights);
        AddSums(parameters, _weights);
    }

    /// <summary>Adds Σ_h p_h q_hᵀ of each layer.</summary>
    private void AddWeights(ReadOnlySpan<T> ofP, ReadOnlySpan<T> ofQ, Span<T> weights)
    {
        int d = _size;
        for (int head = 0; head < _allHeads; head++)
        {
            (int p, int q, int w) = Places(head);
            for (int i = 0; i < d * d; i++)
            {
                weights[w + i] += ofP[p + (i / d * (d + 1))] * ofQ[q + (i % d * (d + 1))];
            }
        }
    }

    /// <summary>Adds Σ_h q_h of each layer.</summary>
    private void AddSums(ReadOnlySpan<T> parameters, Span<T> weights)
    {
        int d = _size;
        for (int head = 0; _hasSums && head < _allHeads; head++)
        {
            (_, int q, int w) = Places(head);
            for (int i = 0; i < d; i++)
            {
                weights[w + (d * d) + i] += parameters[q + (i * (d + 1))];
            }
        }
    }

    /// <summary>Adds W̄ q and W̄ᵀ p, and where it is wanted s̄.</summary>
    private void AddAdjoints(ReadOnlySpan<T> bar, ReadOnlySpan<T> parameters, Span<T> gradient, bool isOfSum)
    {
        int d = _size;
        for (int head = 0; head < _allHeads; head++)
        {
            (int p, int q, int w) = Places(head);
            for (int i = 0; i < d * d; i++)
            {
                (int row, int column) = (i / d * (d + 1), i % d * (d + 1));
                gradient[p + row] += bar[w + i] * parameters[q + column];
                gradient[q + column] += bar[w + i] * parameters[p + row];
            }

            for (int i = 0; _hasSums && isOfSum && i < d; i++)
            {
                gradient[q + (i * (d + 1))] += bar[w + (d * d) + i];
            }
        }
    }

    /// <summary>Where P and Q of a head begin, and W of its layer.</summary>
    private (int P, int Q, int W) Places(int head)
    {
        int matrix = _size * _size;
        return (2 * head * matrix, ((2 * head) + 1) * matrix, head / _heads * (_hasSums ? 2 : 1) * matrix);
    }
}
