using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// The loss of a model whose matrices are made of parameters: gradients and Hessian products by the chain rule that stands above
/// <see cref="ParameterStructure"/>.
/// </summary>
internal sealed class StructuredLoss<T> : BatchLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BatchLoss<T> _whole;
    private readonly StructureMap<T> _map;
    private readonly T[] _matrices;
    private readonly T[] _direction;
    private readonly T[] _gradient;
    private readonly T[] _product;

    public StructuredLoss(
        BatchLoss<T> whole, ParameterLayout layout, ParameterStructure structure, ModelSizes sizes, bool isTied, WorkerTeam? team)
        : this(whole, layout, new StructureMap<T>(structure, sizes, isTied), team)
    {
    }

    private StructuredLoss(BatchLoss<T> whole, ParameterLayout layout, StructureMap<T> map, WorkerTeam? team)
        : base(layout, LiveOf(whole, layout, map), team)
    {
        _whole = whole;
        _map = map;
        _matrices = new T[map.MatrixCount];
        _direction = new T[map.MatrixCount];
        _gradient = new T[map.MatrixCount];
        _product = new T[map.MatrixCount];
    }

    internal override bool StatisticsSuffice => _whole.StatisticsSuffice;

    public override void Load(PromptBatch batch) => _whole.Load(batch);

    public override void LoadNext(PromptBatch batch, IStream stream) => _whole.LoadNext(batch, stream);

    public override double Evaluate(ReadOnlySpan<T> parameters)
    {
        _map.Expand(parameters, _matrices);
        return _whole.Evaluate(_matrices);
    }

    public override double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
    {
        _map.Expand(parameters, _matrices);
        double loss = _whole.Evaluate(_matrices, _gradient);
        _map.Collapse(parameters, _gradient, gradient);
        return loss;
    }

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
    {
        _map.Expand(parameters, _matrices);
        _map.ExpandAlong(parameters, direction, _direction);
        double loss = _whole.Evaluate(_matrices, _direction, _gradient, _product);
        _map.Collapse(parameters, _gradient, gradient);
        _map.Collapse(parameters, _product, product);
        _map.CollapseAlong(parameters, direction, _gradient, product);
        return loss;
    }

    public override void Residuals(ReadOnlySpan<T> parameters, Span<T> residuals)
    {
        _map.Expand(parameters, _matrices);
        _whole.Residuals(_matrices, residuals);
    }

    public override void Sensitivities(ReadOnlySpan<T> parameters, Span<T> sensitivities)
    {
        _map.Expand(parameters, _matrices);
        _whole.Sensitivities(_matrices, sensitivities);
    }

    public override void Labels(Span<T> labels) => _whole.Labels(labels);

    /// <summary>
    /// The parameters that any live entry depends on: those with a gradient where every live entry has one of 1, and every parameter is 1.
    /// </summary>
    private static int[] LiveOf(BatchLoss<T> whole, ParameterLayout layout, StructureMap<T> map)
    {
        T[] ones = new T[map.MatrixCount];
        foreach (int i in whole.Live)
        {
            ones[i] = T.One;
        }

        T[] parameters = new T[layout.Count];
        parameters.AsSpan().Fill(T.One);
        T[] reached = new T[layout.Count];
        map.Collapse(parameters, ones, reached);
        return [.. Enumerable.Range(0, reached.Length).Where(i => reached[i] != T.Zero)];
    }
}
