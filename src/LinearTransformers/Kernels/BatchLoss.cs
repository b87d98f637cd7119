using System.Numerics;
using LinearTransformers.Activations;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// A model's in-context loss on a batch that was loaded: its value, gradient, and products of its Hessian with vectors, whichever the model
/// and however it looks at prompts. What trains, or measures along a run, needs no more of a model than this.
/// </summary>
/// <typeparam name="T">float or double, the precision of parameters and losses.</typeparam>
/// <remarks>Not for use from several threads at once; one with a team shares its work among threads, with the same bits.</remarks>
public abstract class BatchLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A loss on no batch yet.</summary>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="live">Those that the loss depends on, ascending.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    protected BatchLoss(ParameterLayout layout, IReadOnlyList<int> live, WorkerTeam? team) => (Layout, Live, Team) = (layout, live, team);

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Those that the loss depends on, ascending.</summary>
    public IReadOnlyList<int> Live { get; }

    /// <summary>The linear transformer's loss; with an activation, that of the transformer with it.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="activation">What is made of scores; null for nothing.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public static BatchLoss<T> Of(LinearTransformerShape shape, Activation? activation = null, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return activation is null or { IsLinear: true }
            ? new GramBatchLoss<T>(shape, team)
            : new TokenBatchLoss<T>(shape.Layout, ParameterCoordinates.Live(shape), new AttentionLoss<T>(shape, activation, team), team);
    }

    /// <summary>The nonlinear-regression model's loss.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public static BatchLoss<T> Of(NonlinearRegressionShape shape, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new TokenBatchLoss<T>(shape.Layout, ParameterCoordinates.Live(shape), new NonlinearRegressionLoss<T>(shape, team), team);
    }

    /// <summary>The linear transformer's loss on a batch whose statistics are known.</summary>
    public static BatchLoss<T> Of(LinearTransformerShape shape, GramStatistics<T> statistics, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(statistics);
        return new GramBatchLoss<T>(shape, team, statistics);
    }

    /// <summary>Takes a batch; it may be drawn anew afterwards.</summary>
    public abstract void Load(PromptBatch batch);

    /// <summary>
    /// Draws a batch and takes it: the next one of a native stream, of which no more is drawn than the loss depends on, or a fresh one of
    /// any other.
    /// </summary>
    /// <param name="batch">What it is made of, and room for it.</param>
    /// <param name="stream">Where it comes from.</param>
    public virtual void LoadNext(PromptBatch batch, IStream stream)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Draw(stream);
        Load(batch);
    }

    /// <summary>The loss at these parameters.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters);

    /// <summary>The loss at these parameters, and its gradient in their layout.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient);

    /// <summary>The loss, its gradient ∇f, and the product H v of its Hessian with a direction.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product);

    /// <summary>The diagonal of the Hessian, ∂²f/∂θ_i²; zero where the loss does not depend on a parameter.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="diagonal">Receives it, in the layout of the parameters.</param>
    public virtual void HessianDiagonal(ReadOnlySpan<T> parameters, Span<double> diagonal)
    {
        T[] direction = new T[parameters.Length];
        T[] gradient = new T[parameters.Length];
        T[] product = new T[parameters.Length];
        diagonal.Clear();
        foreach (int i in Live)
        {
            direction[i] = T.One;
            Evaluate(parameters, direction, gradient, product);
            diagonal[i] = double.CreateTruncating(product[i]);
            direction[i] = T.Zero;
        }
    }

    /// <summary>Who shares the work; null for the caller alone.</summary>
    protected WorkerTeam? Team { get; }

    private protected static InvalidOperationException NothingLoaded() => new("no batch was loaded");
}

/// <summary>From a batch's Gram statistics.</summary>
internal sealed class GramBatchLoss<T>(LinearTransformerShape shape, WorkerTeam? team, GramStatistics<T>? statistics = null)
    : BatchLoss<T>(shape.Layout, ParameterCoordinates.Live(shape), team)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GramLoss<T> _loss = new(shape, team);
    private GramStatistics<T>? _statistics = statistics;
    private HessianVectorProduct<T>? _hessian;

    public override void Load(PromptBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        For(batch.Settings).Compute(batch, Team);
    }

    public override void LoadNext(PromptBatch batch, IStream stream)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Draw(stream, statisticsSuffice: true);
        Load(batch);
    }

    private GramStatistics<T> For(PromptSettings settings)
    {
        if (_statistics?.BatchSize != settings.BatchSize || _statistics.Dimension != settings.Dimension)
        {
            _statistics = new(settings.BatchSize, settings.Dimension);
        }

        return _statistics;
    }

    public override double Evaluate(ReadOnlySpan<T> parameters) => _loss.Evaluate(parameters, _statistics ?? throw NothingLoaded());

    public override double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
        => _loss.Evaluate(parameters, _statistics ?? throw NothingLoaded(), gradient);

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
        => (_hessian ??= new(shape, Team)).Evaluate(parameters, _statistics ?? throw NothingLoaded(), direction, gradient, product);
}

/// <summary>From a batch's tokens.</summary>
internal sealed class TokenBatchLoss<T>(ParameterLayout layout, int[] live, TokenLoss<T> loss, WorkerTeam? team)
    : BatchLoss<T>(layout, live, team)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private TokenBundles<T>? _tokens;

    public override void Load(PromptBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_tokens is null || !_tokens.Fits(batch))
        {
            _tokens = new(batch.Settings.BatchSize, batch.Settings.ContextLength, batch.Settings.Dimension);
        }

        _tokens.Fill(batch, Team);
    }

    public override double Evaluate(ReadOnlySpan<T> parameters) => loss.Evaluate(parameters, _tokens ?? throw NothingLoaded());

    public override double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
        => loss.Evaluate(parameters, _tokens ?? throw NothingLoaded(), gradient);

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product)
        => loss.Evaluate(parameters, _tokens ?? throw NothingLoaded(), direction, gradient, product);

    public override void HessianDiagonal(ReadOnlySpan<T> parameters, Span<double> diagonal)
    {
        if (loss is not NonlinearRegressionLoss<T> nonlinear)
        {
            base.HessianDiagonal(parameters, diagonal);
            return;
        }

        double[] entries = new double[Live.Count];
        nonlinear.Diagonal(parameters, _tokens ?? throw NothingLoaded(), Live, entries);
        diagonal.Clear();
        for (int i = 0; i < entries.Length; i++)
        {
            diagonal[Live[i]] = entries[i];
        }
    }
}
