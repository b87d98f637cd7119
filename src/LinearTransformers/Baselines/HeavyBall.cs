using System.Numerics;
using System.Runtime.CompilerServices;
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
    private const int MomentumPoints = 20;
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
        double momentum = Momentum ?? (steps == 1 ? 0 : BestMomentum());
        return this with { StepSize = BestAt(momentum).StepSize, Momentum = momentum };

        double BestMomentum()
        {
            double[] grid = [.. Enumerable.Range(0, MomentumPoints).Select(i => (double)i / MomentumPoints)];
            (int index, double loss) = StepSizeSearch.Least(grid, [.. grid.Select(beta => BestAt(beta).Loss)], Method);
            double low = index == 0 ? 0 : grid[index - 1];
            double high = index == grid.Length - 1 ? grid[^1] : grid[index + 1];
            (double beta, double least) = GoldenSection.Minimize(beta => BestAt(beta).Loss, low, high, Tolerance);
            return least < loss ? beta : grid[index];
        }

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
        Kernels kernels = new(statistics.Dimension, stepSizes, momentum, steps);
        return QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count(stepSizes.Length * steps), kernels, team, Width), statistics.BatchSize);
    }

    private sealed class Kernels(int dimension, double[] stepSizes, double momentum, int steps) : IBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => dimension == 5
                ? new Kernel<TLane, TNumber, Dimension5>(dimension, stepSizes, momentum, steps)
                : new Kernel<TLane, TNumber, AnyDimension>(dimension, stepSizes, momentum, steps);
    }

    /// <summary>With u = −w: r_k = g + G u_k, u_(k+1) = u_k − η r_k + β (u_k − u_(k−1)). The first step is −η g at once.</summary>
    private sealed unsafe class Kernel<TLane, TScalar, TDim>(int dimension, double[] stepSizes, double momentum, int steps)
        : DescentKernel<TLane, TScalar, TDim>(dimension, null)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged, INumberBase<TScalar>
        where TDim : struct, IDimension
    {
        private readonly TLane _momentum = TLane.Broadcast(TScalar.CreateTruncating(momentum));
        private readonly int _columns = stepSizes.Length * steps;

        protected override void Add(TLane* sums)
        {
            for (int i = 0; i < stepSizes.Length; i++)
            {
                Descend(TLane.Broadcast(-TScalar.CreateTruncating(stepSizes[i])), sums + (i * steps), Dimension);
            }
        }

        [MethodImpl(Apart)]
        private void Descend(TLane minusStepSize, TLane* squares, int d)
        {
            d = Constant(d);
            TLane* u = U;
            TLane* r = R;
            TLane* h = H;
            TLane* smallH = SmallH;
            TLane* query = Query;
            TLane* label = Label;
            TLane* before = Before;
            TLane beta = _momentum;
            int columns = _columns;
            for (int k = 0; k < steps; k++)
            {
                if (k == 0)
                {
                    for (int i = 0; i < d; i++)
                    {
                        before[i] = TLane.Zero;
                        u[i] = minusStepSize * smallH[i];
                    }
                }
                else
                {
                    Gradient(r, smallH, h, u, d);
                    for (int i = 0; i < d; i++)
                    {
                        TLane here = u[i];
                        u[i] = TLane.FusedMultiplyAdd(beta, here - before[i], TLane.FusedMultiplyAdd(minusStepSize, r[i], here));
                        before[i] = here;
                    }
                }

                SquaredErrors.Add<TLane, TScalar>(Residual(*label, query, u, d), squares, k, columns);
            }
        }
    }
}
