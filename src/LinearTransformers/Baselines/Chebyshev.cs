using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Chebyshev's semi-iterative method (Golub and Varga, 1961) on the normal equations G w = g of each prompt, for eigenvalues of G from a to
/// b. With θ = (b + a)/2 and δ = (b − a)/2,
/// <code>
/// w_1 = g/θ    w_(k+1) = w_k + η_k (g − G w_k) + β_k (w_k − w_(k−1))
/// ρ_0 = δ/θ    ρ_k = δ/(2θ − δ ρ_(k−1))    η_k = 2/(2θ − δ ρ_(k−1))    β_k = ρ_k ρ_(k−1)
/// </code>
/// On an eigenvalue λ what is left of w is p_k(λ) = T_k((θ − λ)/δ) / T_k(θ/δ), T Chebyshev's polynomials of the first kind: of all
/// polynomials of degree k with p(0) = 1 the one that is least on [a, b] where it is largest. With a = b it is gradient descent with step
/// size 1/a.
/// </summary>
/// <remarks>
/// The bounds that suit a batch minimise its mean squared query error, not the largest p: so they may lie within the spectrum, and the loss
/// is never above that of gradient descent with the best step size. Source of the recurrence: Saad, <i>Iterative Methods for Sparse Linear
/// Systems</i>, algorithm 12.1. <see cref="MarchenkoPasturChebyshev"/> has bounds that need no batch.
/// </remarks>
[Part("chebyshev", "Chebyshev's semi-iterative method")]
public sealed record Chebyshev : Baseline
{
    private const int DecadesBelow = 4;
    private const int DecadesAbove = 3;
    private const int DecadesOfRatios = 6;
    private const double Tolerance = 1e-6;
    private const string Method = "Chebyshev's method";

    /// <summary>The lower bound a of eigenvalues; null for the best on a batch.</summary>
    [Setting(Position = 1, Value = "low", AtLeast = 0)]
    public double? Low { get; init; }

    /// <summary>The upper bound b of eigenvalues, not below a; null for the best on a batch.</summary>
    [Setting(Position = 2, Value = "high", Above = 0)]
    public double? High { get; init; }

    /// <inheritdoc/>
    public override bool NeedsTuning => Low is null || High is null;

    /// <summary>
    /// With the best bounds. Both are sought by the first step size 1/θ and the momentum β that β_k tends to, a = θ (1 − √β)²/(1 + β) and b
    /// = θ (1 + √β)²/(1 + β): the best of β = 0, 0.05, …, 0.95, each with its own best step size, is refined by golden sections. Where one
    /// bound is given, the other is sought up to 10⁶ times above or below it.
    /// </summary>
    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        if (!NeedsTuning)
        {
            return this;
        }

        if (Low is { } low && low > 0)
        {
            return this with
            {
                High = low * StepSizeSearch.Best(1, 0, DecadesOfRatios, ratios => Losses(ratios, r => (low, low * r)), Tolerance, Method)
                    .StepSize,
            };
        }

        if (High is { } high)
        {
            return this with
            {
                Low = high * StepSizeSearch.Best(1, DecadesOfRatios, 0, ratios => Losses(ratios, r => (high * r, high)), Tolerance, Method)
                    .StepSize,
            };
        }

        // Where no step changes anything, any bounds will do.
        double scale = Math.Abs(GradientDescent<T>.For(statistics, null, team, Width).BestSingleStep(statistics).StepSize);
        scale = scale == 0 ? 1 : scale;
        if (Low is not null)
        {
            return this with { High = 2 / BestOf(size => (0, 2 / size)).StepSize };
        }

        double momentum = steps == 1 ? 0 : MomentumSearch.Best(BestAt, Tolerance, Method);
        (double a, double b) = Bounds(BestAt(momentum).StepSize, momentum);
        return this with { Low = a, High = b };

        BestStepSize BestAt(double beta) => BestOf(size => Bounds(size, beta));

        BestStepSize BestOf(Func<double, (double Low, double High)> bounds)
            => StepSizeSearch.Best(scale, DecadesBelow, DecadesAbove, sizes => Losses(sizes, bounds), Tolerance, Method);

        double[] Losses(double[] numbers, Func<double, (double Low, double High)> bounds)
        {
            QueryErrors[] errors = Errors(statistics, [.. numbers.Select(bounds)], steps, team, Width);
            return [.. Enumerable.Range(1, numbers.Length).Select(i => errors[(i * steps) - 1].Loss)];
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        (double low, double high) = (Chosen(Low, "lower bound"), Chosen(High, "upper bound"));
        return low <= high
            ? Errors(statistics, [(low, high)], steps, team, Width)
            : throw new InvalidOperationException($"{Parts.TextOf(this)} has a lower bound above the upper one: it must not be above it");
    }

    /// <summary>a and b of a first step size 1/θ and of the momentum that β_k tends to.</summary>
    private static (double Low, double High) Bounds(double stepSize, double momentum)
    {
        double root = Math.Sqrt(momentum);
        double unit = 1 / (stepSize * (1 + momentum));
        return ((1 - root) * (1 - root) * unit, (1 + root) * (1 + root) * unit);
    }

    /// <summary>The errors after each step with each pair of bounds, [pairs, steps].</summary>
    private static QueryErrors[] Errors<T>(
        GramStatistics<T> statistics, (double Low, double High)[] bounds, int steps, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
    {
        double[] sizes = new double[bounds.Length * steps];
        double[] momenta = new double[sizes.Length];
        for (int first = 0; first < sizes.Length; first += steps)
        {
            (double low, double high) = bounds[first / steps];
            double theta = (high + low) / 2;
            double delta = (high - low) / 2;
            double rho = delta / theta;
            sizes[first] = 1 / theta;
            for (int k = 1; k < steps; k++)
            {
                double rest = (2 * theta) - (delta * rho);
                double next = delta / rest;
                sizes[first + k] = 2 / rest;
                momenta[first + k] = rho * next;
                rho = next;
            }
        }

        return new StepsKernels(statistics.Dimension, sizes, steps, momenta).Errors(statistics, team, width);
    }
}
