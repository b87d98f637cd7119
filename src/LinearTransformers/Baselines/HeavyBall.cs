using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Gradient descent with momentum (Polyak, 1964) on each prompt's least-squares loss (1/2N) Σ (wᵀx_i − y_i)²:
/// <code>
/// w_(k+1) = w_k + η (g − G w_k) + β (w_k − w_(k−1)) ,    w_0 = w_(−1) = 0
/// </code>
/// On an eigenvalue λ of G what is left of w is p_k(λ) = β^(k/2) (U_k(c) − √β U_(k−1)(c)) with c = (1 + β − η λ)/(2 √β) and Chebyshev's
/// polynomials U of the second kind. Two steps with the best η and β are two steps of gradient descent with the best two step sizes.
/// </summary>
[Part("heavy-ball", "gradient descent with momentum")]
public sealed record HeavyBall : Baseline
{
    private const int DecadesBelow = 4;
    private const int DecadesAbove = 3;
    private const double Tolerance = 1e-6;
    private const string Method = "gradient descent with momentum";

    /// <summary>The step size η; null for the best on a batch.</summary>
    [Setting(Position = 1, Value = "step")]
    public double? StepSize { get; init; }

    /// <summary>The momentum β; null for the best on a batch. 0 is gradient descent.</summary>
    [Setting(Position = 2, Value = "momentum", AtLeast = 0, Below = 1)]
    public double? Momentum { get; init; }

    /// <inheritdoc/>
    public override bool NeedsTuning => StepSize is null || Momentum is null;

    /// <summary>
    /// With the best of the settings that are open. The best momentum is sought among 0, 0.05, …, 0.95, each with its own best step size,
    /// and refined by golden sections between its neighbours. One step needs none.
    /// </summary>
    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!NeedsTuning)
        {
            return this;
        }

        double scale = Math.Abs(GradientDescent<T>.For(statistics, null, team, Width).BestSingleStep(statistics).StepSize);
        double momentum = Momentum ?? (steps == 1 ? 0 : MomentumSearch.Best(BestAt, Tolerance, Method));
        return this with { StepSize = BestAt(momentum).StepSize, Momentum = momentum };

        BestStepSize BestAt(double beta)
            => StepSize is { } given ? new(given, Losses([given], beta)[0], AtEdge: false)
                : scale == 0 ? new(0, Losses([0], beta)[0], AtEdge: true)
                : StepSizeSearch.Best(scale, DecadesBelow, DecadesAbove, sizes => Losses(sizes, beta), Tolerance, Method);

        double[] Losses(double[] sizes, double beta)
        {
            QueryErrors[] errors = Errors(statistics, sizes, beta, steps, team);
            return [.. Enumerable.Range(1, sizes.Length).Select(i => errors[(i * steps) - 1].Loss)];
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        return Errors(statistics, [Chosen(StepSize, "step size")], Chosen(Momentum, "momentum"), steps, team);
    }

    /// <summary>The errors after each step with each step size, [step sizes, steps].</summary>
    private QueryErrors[] Errors<T>(GramStatistics<T> statistics, double[] stepSizes, double momentum, int steps, WorkerTeam? team)
        where T : unmanaged
    {
        double[] sizes = [.. stepSizes.SelectMany(size => Enumerable.Repeat(size, steps))];
        double[] momenta = [.. Enumerable.Repeat(momentum, sizes.Length)];
        return new StepsKernels(statistics.Dimension, sizes, steps, momenta).Errors(statistics, team, Width);
    }
}
