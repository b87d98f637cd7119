using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a model on Gram statistics, its gradient, and products of its Hessian with vectors, by the same kernel on dual
/// numbers.
/// </summary>
/// <param name="passes">The model's kernel.</param>
/// <param name="team">Who shares the work; null for the caller alone.</param>
/// <param name="width">Lanes that go through the kernel at a time; null for what suits the hardware.</param>
internal sealed class GramEvaluator<T>(IGramPassFactory passes, WorkerTeam? team, LaneWidth? width)
    where T : unmanaged
{
    private readonly IGramEngine<T, T> _engine = (IGramEngine<T, T>)LaneChoice.Create<T, object>(new Engines(passes, team), width);
    private readonly Dual<T>[] _parameters = new Dual<T>[passes.ParameterCount];
    private readonly Dual<T>[] _gradient = new Dual<T>[passes.ParameterCount];
    private IGramEngine<Dual<T>, T>? _dual;

    /// <summary>The loss.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics)
    {
        Check(parameters, statistics);
        return _engine.Evaluate(parameters, statistics, []);
    }

    /// <summary>The loss and its gradient.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, Span<T> gradient)
    {
        Check(parameters, statistics);
        CheckGradient(gradient);
        return _engine.Evaluate(parameters, statistics, gradient);
    }

    /// <summary>The loss, its gradient, and the Hessian's product with a direction.</summary>
    public double Evaluate(
        ReadOnlySpan<T> parameters, GramStatistics<T> statistics, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
    {
        Check(parameters, statistics);
        CheckGradient(gradient);
        double loss = DualEngine(parameters, direction).Evaluate(_parameters, statistics, _gradient);
        for (int i = 0; i < parameters.Length; i++)
        {
            (gradient[i], product[i]) = (_gradient[i].Value, _gradient[i].Tangent);
        }

        return loss;
    }

    /// <summary>The residual y_q − ŷ of each prompt.</summary>
    public void Residuals(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, Span<T> residuals)
    {
        Check(parameters, statistics);
        _engine.Residuals(parameters, statistics, 0, residuals);
    }

    /// <summary>∂(y_q − ŷ)/∂x_q of each prompt at a fixed label, [B, d].</summary>
    public void QuerySlopes(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, Span<T> slopes)
    {
        Check(parameters, statistics);
        IGramEngine<Dual<T>, T> dual = DualEngine(parameters, []);
        int query = statistics.Layout.Query;
        DualResiduals.QuerySlopes(
            statistics.BatchSize,
            statistics.Dimension,
            (i, residuals) => dual.Residuals(_parameters, statistics, query + i, residuals),
            slopes);
    }

    private void Check(ReadOnlySpan<T> parameters, GramStatistics<T> statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        if (parameters.Length != passes.ParameterCount)
        {
            throw new ArgumentException(
                $"{parameters.Length} parameters do not fit a model of {passes.ParameterCount}", nameof(parameters));
        }

        if (statistics.Dimension != passes.Statistics.Dimension)
        {
            throw new ArgumentException(
                $"prompts of dimension {statistics.Dimension} do not fit a model of dimension {passes.Statistics.Dimension}",
                nameof(statistics));
        }

        if (passes.Statistics.HasSquare && !statistics.HasSquares)
        {
            throw new ArgumentException("statistics without (1/N) Σ y² do not fit a model of full matrices", nameof(statistics));
        }
    }

    /// <summary>The engine for dual numbers, and these as its parameters; without a direction they have no tangents.</summary>
    private IGramEngine<Dual<T>, T> DualEngine(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            _parameters[i] = new(parameters[i], direction.IsEmpty ? default : direction[i]);
        }

        return _dual ??= (IGramEngine<Dual<T>, T>)LaneChoice.Create<T, object>(new DualEngines(passes, team), width);
    }

    private void CheckGradient(Span<T> gradient)
    {
        if (gradient.Length != passes.ParameterCount)
        {
            throw new ArgumentException(
                $"a gradient of {gradient.Length} entries does not fit {passes.ParameterCount} parameters", nameof(gradient));
        }
    }

    private sealed class Engines(IGramPassFactory passes, WorkerTeam? team) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => new GramEngine<TLane, TNumber, TLane, TNumber>(passes, team);
    }

    private sealed class DualEngines(IGramPassFactory passes, WorkerTeam? team) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => new GramEngine<DualLanes<TLane, TNumber>, Dual<TNumber>, TLane, TNumber>(passes, team);
    }
}
