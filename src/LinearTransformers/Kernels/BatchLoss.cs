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
            ? GramBatchLoss<T>.Sparse(shape, null, team)
            : new TokenBatchLoss<T>(shape.Layout, ParameterCoordinates.Live(shape), new AttentionLoss<T>(shape, activation, team), team);
    }

    /// <summary>The linear transformer's loss at matrices that are diagonal, whose gradient is zero beside the diagonals.</summary>
    internal static BatchLoss<T> OfDiagonals(LinearTransformerShape shape, WorkerTeam? team) => new DiagonalLoss<T>(shape, team);

    /// <summary>The same of diagonal matrices that see labels, with a shape without a network.</summary>
    internal static BatchLoss<T> OfDiagonals(NonlinearRegressionShape shape, WorkerTeam? team) => new DiagonalLoss<T>(shape, team);

    /// <summary>The nonlinear-regression model's loss; without a network that of the linear transformer with full matrices.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public static BatchLoss<T> Of(NonlinearRegressionShape shape, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Hidden == 0
            ? new GramBatchLoss<T>(shape.Layout, ParameterCoordinates.Live(shape), new FullGramPasses(shape), null, team)
            : new TokenBatchLoss<T>(shape.Layout, ParameterCoordinates.Live(shape), new NonlinearRegressionLoss<T>(shape, team), team);
    }

    /// <summary>The linear transformer's loss on a batch whose statistics are known.</summary>
    public static BatchLoss<T> Of(LinearTransformerShape shape, GramStatistics<T> statistics, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(statistics);
        return GramBatchLoss<T>.Sparse(shape, statistics, team);
    }

    /// <summary>Whether nothing but Gram statistics of a batch are looked at, so that no more of it need be drawn.</summary>
    internal virtual bool StatisticsSuffice => false;

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
        batch.Draw(stream, StatisticsSuffice);
        Load(batch);
    }

    /// <summary>The loss at these parameters.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters);

    /// <summary>The loss at these parameters, and its gradient in their layout.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient);

    /// <summary>The loss, its gradient ∇f, and the product H v of its Hessian with a direction.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> gradient, Span<T> product);

    /// <summary>The prediction ŷ of each prompt's query: y_q less what the query's label and the model's last entry add up to.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="predictions">Receives them, [B].</param>
    /// <exception cref="NotSupportedException">The model gives losses only.</exception>
    /// <remarks>The published model's last entry is −ŷ: its loss is that of −ŷ + y_q.</remarks>
    public void Predict(ReadOnlySpan<T> parameters, Span<T> predictions)
    {
        T[] labels = new T[predictions.Length];
        Labels(labels);
        Residuals(parameters, predictions);
        for (int i = 0; i < labels.Length; i++)
        {
            predictions[i] = labels[i] - predictions[i];
        }
    }

    /// <summary>The residual y_q − ŷ of each prompt, whose mean square is the loss.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="residuals">Receives them, [B].</param>
    /// <exception cref="NotSupportedException">The model gives losses only.</exception>
    public virtual void Residuals(ReadOnlySpan<T> parameters, Span<T> residuals) => throw LossesOnly();

    /// <summary>
    /// The sensitivities ∂ŷ/∂x_q of predictions to the query, exact but for roundings. Where the model is linear in x_q, as linear
    /// attention is, this is the vector w that it predicts wᵀx_q with.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="sensitivities">Receives them, [B, d].</param>
    /// <exception cref="NotSupportedException">The model gives losses only.</exception>
    public virtual void Sensitivities(ReadOnlySpan<T> parameters, Span<T> sensitivities) => throw LossesOnly();

    /// <summary>The queries' labels y_q.</summary>
    /// <param name="labels">Receives them, [B].</param>
    /// <exception cref="NotSupportedException">The model gives losses only.</exception>
    public virtual void Labels(Span<T> labels) => throw LossesOnly();

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

    private NotSupportedException LossesOnly() => new($"{GetType().Name} gives losses, and no predictions");

    private protected static InvalidOperationException NothingLoaded() => new("no batch was loaded");
}
