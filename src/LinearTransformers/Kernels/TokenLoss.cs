using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a model that looks at each token, (1/B) Σ (ŷ-entry + y_q)² over a batch's prompts, its gradient with respect to
/// all parameters, and products of its Hessian with vectors, exact but for roundings, by running the same kernel on dual numbers. Sums
/// are in a fixed order: the same bits on any number of threads.
/// </summary>
/// <typeparam name="T">float, as the published code computes, or double.</typeparam>
/// <remarks>Not for use from several threads at once. The derivative of a ReLU at 0 is 0, as PyTorch has it.</remarks>
public abstract class TokenLoss<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly int _dimension;
    private readonly ITokenEngine<T, T> _engine;
    private readonly ITokenEngine<Dual<T>, T> _dual;
    private readonly Dual<T>[] _parameters;
    private readonly Dual<T>[] _gradient;

    private protected TokenLoss(int parameterCount, int dimension, ITokenPassFactory passes, WorkerTeam? team, LaneWidth? width)
    {
        _dimension = dimension;
        _engine = (ITokenEngine<T, T>)LaneChoice.Create<T, object>(new Engines(parameterCount, passes, team), width);
        _dual = (ITokenEngine<Dual<T>, T>)LaneChoice.Create<T, object>(new DualEngines(parameterCount, passes, team), width);
        _parameters = new Dual<T>[parameterCount];
        _gradient = new Dual<T>[parameterCount];
    }

    /// <summary>The loss at these parameters.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, TokenBundles<T> tokens)
    {
        Check(parameters.Length, tokens);
        return _engine.Evaluate(parameters, tokens, []);
    }

    /// <summary>The loss at these parameters, and its gradient in their layout.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, TokenBundles<T> tokens, Span<T> gradient)
    {
        Check(parameters.Length, tokens);
        Check(gradient.Length, tokens);
        return _engine.Evaluate(parameters, tokens, gradient);
    }

    /// <summary>The loss, its gradient, and the product H v of its Hessian with a direction.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="tokens">The batch.</param>
    /// <param name="direction">v.</param>
    /// <param name="gradient">Receives ∇f.</param>
    /// <param name="product">Receives H v.</param>
    public double Evaluate(ReadOnlySpan<T> parameters, TokenBundles<T> tokens, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
    {
        Check(parameters.Length, tokens);
        Check(direction.Length, tokens);
        Check(gradient.Length, tokens);
        Check(product.Length, tokens);
        MakeDual(parameters, direction);
        double loss = _dual.Evaluate(_parameters, tokens, _gradient);
        for (int i = 0; i < parameters.Length; i++)
        {
            gradient[i] = _gradient[i].Value;
            product[i] = _gradient[i].Tangent;
        }

        return loss;
    }

    /// <summary>The residual y_q − ŷ of each prompt, [B].</summary>
    internal void Residuals(ReadOnlySpan<T> parameters, TokenBundles<T> tokens, Span<T> residuals)
    {
        Check(parameters.Length, tokens);
        _engine.Residuals(parameters, tokens, 0, residuals);
    }

    /// <summary>∂(y_q − ŷ)/∂x_q of each prompt at a fixed label, [B, d].</summary>
    internal void QuerySlopes(ReadOnlySpan<T> parameters, TokenBundles<T> tokens, Span<T> slopes)
    {
        Check(parameters.Length, tokens);
        MakeDual(parameters, []);
        int query = tokens.ContextLength * (tokens.Dimension + 1);
        DualResiduals.QuerySlopes(
            tokens.BatchSize,
            tokens.Dimension,
            (i, residuals) => _dual.Residuals(_parameters, tokens, query + i, residuals),
            slopes);
    }

    /// <summary>Parameters as dual numbers; without a direction they have no tangents.</summary>
    private void MakeDual(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            _parameters[i] = new(parameters[i], direction.IsEmpty ? T.Zero : direction[i]);
        }
    }

    private sealed class Engines(int parameterCount, ITokenPassFactory passes, WorkerTeam? team) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => new TokenEngine<TLane, TNumber, TLane, TNumber>(parameterCount, passes, team);
    }

    private sealed class DualEngines(int parameterCount, ITokenPassFactory passes, WorkerTeam? team) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => new TokenEngine<DualLanes<TLane, TNumber>, Dual<TNumber>, TLane, TNumber>(parameterCount, passes, team);
    }

    private protected void Check(int length, TokenBundles<T> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (length != _parameters.Length)
        {
            throw new ArgumentException($"{length} numbers do not fit a model of {_parameters.Length} parameters");
        }

        if (tokens.Dimension != _dimension)
        {
            throw new ArgumentException(
                $"prompts of dimension {tokens.Dimension} do not fit a model of dimension {_dimension}", nameof(tokens));
        }
    }
}
