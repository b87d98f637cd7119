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
/// Parameters are whole matrices, of which the diagonals are looked at, and gradients are zero beside them.
/// </summary>
internal sealed class DiagonalLoss<T> : BatchLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LinearTransformerShape _shape;
    private readonly GramBatchLoss<T> _ofWeights;
    private readonly T[] _weights;
    private readonly T[] _direction;
    private readonly T[] _gradient;
    private readonly T[] _product;

    public DiagonalLoss(LinearTransformerShape shape, WorkerTeam? team)
        : base(shape.Layout, [.. ParameterCoordinates.Live(shape).Where(i => i % shape.MatrixSize % (shape.Dimension + 1) == 0)], team)
    {
        LinearTransformerShape weights = new(shape.Layers, 1, shape.Dimension);
        _shape = shape;
        GramPasses passes = new(weights, shape.Dimension == 5, isDiagonal: true);
        _ofWeights = new(weights.Layout, ParameterCoordinates.Live(weights), passes, null, team);
        _weights = new T[weights.ParameterCount];
        _direction = new T[weights.ParameterCount];
        _gradient = new T[weights.ParameterCount];
        _product = new T[weights.ParameterCount];
    }

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
        int d = _shape.Dimension;
        for (int head = 0; head < _shape.Layers * _shape.Heads; head++)
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
        int d = _shape.Dimension;
        for (int head = 0; head < _shape.Layers * _shape.Heads; head++)
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
        int d = _shape.Dimension;
        for (int head = 0; head < _shape.Layers * _shape.Heads; head++)
        {
            (int p, int q, int w) = Places(head);
            for (int i = 0; i < d * d; i++)
            {
                (int row, int column) = (i / d * (d + 1), i % d * (d + 1));
                gradient[p + row] += bar[w + i] * parameters[q + column];
                gradient[q + column] += bar[w + i] * parameters[p + row];
            }

            for (int i = 0; isOfSum && i < d; i++)
            {
                gradient[q + (i * (d + 1))] += bar[w + (d * d) + i];
            }
        }
    }

    /// <summary>Where P and Q of a head begin, and W of its layer.</summary>
    private (int P, int Q, int W) Places(int head)
        => (2 * head * _shape.MatrixSize, ((2 * head) + 1) * _shape.MatrixSize, 2 * (head / _shape.Heads) * _shape.MatrixSize);
}
