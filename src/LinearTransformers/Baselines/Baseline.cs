using System.Globalization;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// A classical algorithm that predicts a query's label from its prompt's context: what a model is compared with. It sees G = (1/N) Σ x xᵀ
/// and g = (1/N) Σ x y; some also look at (1/N) Σ y², at σ of the prompt's noise, or at the laws that prompts are drawn by. It is scored by
/// the squared query error (wᵀx_q − y_q)², w what it has found after a number of steps. Sums are in a fixed order: the same bits on any
/// number of threads.
/// </summary>
/// <remarks>
/// One whose w can be written for a single prompt is brought from outside as a <see cref="PromptBaseline"/>.
/// </remarks>
/// <example>
/// <code>
/// Baseline baseline = new GradientDescent();
/// Baseline tuned = baseline.Tuned(tuning, steps: 3);
/// QueryErrors errors = tuned.Evaluate(test, steps: 3)[^1];
/// Console.WriteLine($"{errors.Loss} ± {errors.StandardError}");
/// </code>
/// </example>
public abstract record Baseline : Part
{
    /// <summary>The baselines by name.</summary>
    public static Catalog<Baseline> Catalog { get; } = new Catalog<Baseline>("baseline")
        .Add<GradientDescent>()
        .Add<PreconditionedGradientDescent>()
        .Add<GradientDescentPlusPlus>()
        .Add<HeavyBall>()
        .Add<Chebyshev>()
        .Add<MarchenkoPasturChebyshev>()
        .Add<ConjugateGradient>()
        .Add<Newton>()
        .Add<RidgeRegression>()
        .Add<KnownRidge>()
        .Add<AdaptiveRidge>()
        .Add<TunedRidge>()
        .Add<Bayes>()
        .Add<LeastSquares>();

    /// <summary>Whether it goes in steps; if not, it is the same after any number of them.</summary>
    public virtual bool TakesSteps => true;

    /// <summary>Whether covariances make a difference to it: Σ of covariates, or Ψ of tasks, which is Σ⁻¹ unless it is another.</summary>
    public virtual bool HeedsCovariance => false;

    /// <summary>Whether a setting is left open that <see cref="Tuned"/> has to find.</summary>
    public virtual bool NeedsTuning => false;

    /// <summary>Whether it looks at (1/N) Σ y², which statistics have only where it is wanted: <c>hasSquares</c>.</summary>
    public virtual bool NeedsSquares => false;

    /// <summary>Whether it knows σ of each prompt's noise, which statistics have only where it is wanted: <c>hasDeviations</c>.</summary>
    public virtual bool NeedsDeviations => false;

    /// <summary>How many lanes of a bundle it takes at a time; null for what suits the hardware. It decides on speed only.</summary>
    internal LaneWidth? Width { get; init; }

    /// <summary>Why prompts of some laws do not have it; null where they do.</summary>
    /// <param name="known">What is known of the laws.</param>
    public virtual string? Refusal(PromptKnowledge known) => null;

    /// <summary>This baseline with its open settings as they are best on a batch; itself where none is open.</summary>
    /// <param name="statistics">The batch, which should not be the one that is scored on.</param>
    /// <param name="steps">L ≥ 1, the steps after which its loss is to be least.</param>
    /// <param name="known">What is known of the prompts' laws, such as Σ; null for nothing.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <typeparam name="T">float or double.</typeparam>
    /// <exception cref="ArithmeticException">No loss is finite.</exception>
    public virtual Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
        where T : unmanaged
        => this;

    /// <summary>The squared query errors on a batch, after 1, 2, …, L steps.</summary>
    /// <param name="statistics">The batch.</param>
    /// <param name="steps">L ≥ 1.</param>
    /// <param name="known">What is known of the prompts' laws, such as Σ; null for nothing.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <typeparam name="T">float or double.</typeparam>
    /// <returns>An entry for each number of steps.</returns>
    /// <exception cref="ArgumentException">
    /// A covariance has another dimension than the batch, or statistics or laws lack what is needed.
    /// </exception>
    /// <exception cref="InvalidOperationException">A setting is open.</exception>
    public abstract IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
        where T : unmanaged;

    /// <summary>The predictions ŷ of a batch's queries after 1, 2, …, L steps; one entry for all of a baseline that takes none.</summary>
    /// <inheritdoc cref="Evaluate{T}"/>
    /// <returns>For each number of steps [B].</returns>
    public IReadOnlyList<double[]> Predict<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        T[] labels = new T[statistics.BatchSize];
        statistics.CopyLabels(labels);
        double[][] residuals = Residuals(statistics, axis: -1, steps, known, team);
        foreach (double[] column in residuals)
        {
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = Convert.ToDouble(labels[i], CultureInfo.InvariantCulture) - column[i];
            }
        }

        return residuals;
    }

    /// <summary>
    /// The vectors w that a batch's labels are predicted with, ŷ = wᵀx_q, after 1, 2, …, L steps; one entry for all of a baseline that
    /// takes none. They are the sensitivities ∂ŷ/∂x_q.
    /// </summary>
    /// <inheritdoc cref="Evaluate{T}"/>
    /// <returns>For each number of steps [B, d].</returns>
    public IReadOnlyList<double[]> Weights<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        int d = statistics.Dimension;
        double[][] weights = [.. Enumerable.Range(0, TakesSteps ? steps : 1).Select(_ => new double[statistics.BatchSize * d])];
        for (int axis = 0; axis < d; axis++)
        {
            double[][] residuals = Residuals(statistics, axis, steps, known, team);
            for (int k = 0; k < weights.Length; k++)
            {
                for (int prompt = 0; prompt < statistics.BatchSize; prompt++)
                {
                    weights[k][(prompt * d) + axis] = -residuals[k][prompt];
                }
            }
        }

        return weights;
    }

    /// <summary>y_q − ŷ, with queries and labels as they are, or with an axis as query and the label 0, which gives −w along it.</summary>
    private double[][] Residuals<T>(GramStatistics<T> statistics, int axis, int steps, PromptKnowledge? known, WorkerTeam? team)
        where T : unmanaged
    {
        GramStatistics<T> keeping = statistics.KeepingResiduals(axis, TakesSteps ? steps : 1);
        Evaluate(keeping, steps, known, team);
        return keeping.Residuals!;
    }

    /// <summary>A setting that is not open.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="name">What it is called, such as "step size".</param>
    /// <exception cref="InvalidOperationException">It is open.</exception>
    private protected T Chosen<T>(T? value, string name)
        where T : struct
        => value ?? throw new InvalidOperationException(NotChosen(name));

    /// <summary>What is said of a setting that is open.</summary>
    private protected string NotChosen(string name)
        => $"{Parts.TextOf(this)} has no {name}: give one, as in {Parts.Form(this)}, or take the best on a batch with {nameof(Tuned)}";
}
