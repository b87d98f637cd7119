using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Conjugate gradient (Hestenes and Stiefel, 1952) on the normal equations G w = g of each prompt, from w_0 = 0:
/// <code>
/// r_0 = p_0 = g    α = rᵀr / pᵀG p    w ← w + α p    r' = r − α G p    p ← r' + (r'ᵀr' / rᵀr) p
/// </code>
/// After k steps w has the least loss (1/2N) Σ (wᵀx_i − y_i)² of all that g, G g, …, G^(k−1) g span. From d steps on, or as many as G has
/// different eigenvalues, it is least squares of least norm.
/// </summary>
/// <remarks>
/// Computed in double precision, whatever the statistics are kept in. Once the curvature pᵀG p is not above <see cref="Tolerance"/> tr(G)
/// pᵀp, it counts as zero, and w stays as it is: of what is left, roundings decide. That bounds what they do where G has a null space, in
/// which g has a part that is but a rounding: a step adds ν/(τ tr G) of it at most, if ν is its length. Where G is ill-conditioned,
/// roundings leave d steps short of least squares, and a few more make up for it.
/// </remarks>
[Part("cg", "conjugate gradient")]
public sealed record ConjugateGradient : Baseline
{
    /// <summary>
    /// τ: curvatures up to τ tr(G) count as zero. Null for 2⁻²⁰ with statistics in single and 2⁻⁴⁶ in double precision, as <see
    /// cref="LeastSquares{T}.RankTolerance"/>.
    /// </summary>
    [Setting(Position = 1, Value = "tolerance", AtLeast = 0, Below = 1)]
    public double? Tolerance { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        Kernels kernels = new(statistics.Dimension, steps, Tolerance ?? LeastSquares.UsualTolerance(statistics.AreSingle));
        return QueryErrors.OfColumns(BundleLoop.Sums(statistics, SquaredErrors.Count(steps), kernels, team, Width), statistics.BatchSize);
    }

    private sealed class Kernels(int dimension, int steps, double tolerance) : IDoubleBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane>()
            where TLane : unmanaged, ISelectingLane<TLane>
            => new Kernel<TLane>(dimension, steps, tolerance);
    }

    private sealed unsafe class Kernel<TLane> : IBundleKernel<TLane>
        where TLane : unmanaged, ISelectingLane<TLane>
    {
        private readonly int _dimension;
        private readonly int _steps;
        private readonly TLane _tolerance;
        private readonly AlignedBuffer<TLane> _memory;

        public Kernel(int dimension, int steps, double tolerance)
        {
            (_dimension, _steps) = (dimension, steps);
            _tolerance = TLane.Broadcast(tolerance);
            _memory = new(((long)dimension * dimension) + (4L * dimension));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(TLane* statistics, int first, int count, TLane* sums)
        {
            int d = _dimension;
            GramLayout layout = new(d);
            TLane* g = statistics + layout.Cross;
            TLane* query = statistics + layout.Query;
            TLane* matrix = _memory.Pointer;
            TLane* w = matrix + (d * d);
            TLane* r = w + d;
            TLane* p = r + d;
            TLane* product = p + d;
            GramSums.Unpack(statistics, matrix, d);
            GramSums.Copy(r, g, d);
            GramSums.Copy(p, g, d);
            GramSums.Clear<TLane, double>(w, d);
            TLane squares = Dot(r, r, d);
            TLane trace = TLane.Zero;
            for (int i = 0; i < d; i++)
            {
                trace += matrix[i * (d + 1)];
            }

            TLane flat = trace * _tolerance;
            for (int k = 0; k < _steps; k++)
            {
                LaneProduct.Multiply<TLane, double, ZeroMatrix<TLane, double>, Rows<TLane, AnyDimension>, Columns<TLane, AnyDimension>,
                    Dimension1, AnyDimension, AnyDimension>(
                    product, d, default, new(p, d), new(matrix, d), 1, d, d);
                TLane curvature = Dot(p, product, d);
                TLane cut = flat * Dot(p, p, d);

                // Lanes that are solved divide by zero here, or by a rounding, and do not take what comes of it; their p is zero ever
                // after.
                TLane alpha = TLane.SelectGreater(curvature, cut, squares / curvature, TLane.Zero);
                TLane residual = statistics[layout.Label];
                for (int i = 0; i < d; i++)
                {
                    w[i] = TLane.FusedMultiplyAdd(alpha, p[i], w[i]);
                    r[i] = TLane.FusedMultiplyAdd(-alpha, product[i], r[i]);
                    TLane.Accumulate(-query[i], w[i], ref residual);
                }

                SquaredErrors.Add<TLane, double>(residual, sums, k, _steps);
                TLane left = Dot(r, r, d);
                TLane beta = left / squares;
                for (int i = 0; i < d; i++)
                {
                    p[i] = TLane.SelectGreater(curvature, cut, TLane.FusedMultiplyAdd(beta, p[i], r[i]), TLane.Zero);
                }

                squares = left;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLane Dot(TLane* a, TLane* b, int d)
        {
            TLane sum = TLane.Zero;
            for (int i = 0; i < d; i++)
            {
                TLane.Accumulate(a[i], b[i], ref sum);
            }

            return sum;
        }
    }
}
