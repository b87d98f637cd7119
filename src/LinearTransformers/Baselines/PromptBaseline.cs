using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Baselines;

/// <summary>
/// A baseline that says what w it finds for one prompt, in double precision; batches, threads and sums are taken care of. This is the way
/// to bring one of your own: a record with a <see cref="Settings.PartAttribute"/>, and a line that adds it to <see
/// cref="Baseline.Catalog"/>.
/// </summary>
/// <example>
/// <code>
/// [Part("naive", "w = g, whatever G is")]
/// public sealed record Naive : PromptBaseline
/// {
///     protected override void Solve(
///         ReadOnlySpan&lt;double&gt; gram, ReadOnlySpan&lt;double&gt; cross, Covariance? covariance, Span&lt;double&gt; weights)
///         =&gt; cross.CopyTo(weights);
///
///     public override bool TakesSteps =&gt; false;
/// }
///
/// Baseline.Catalog.Add&lt;Naive&gt;();
/// </code>
/// </example>
public abstract record PromptBaseline : Baseline
{
    /// <summary>Finds w for a prompt. Called for many prompts, from several threads at once.</summary>
    /// <param name="gram">G = (1/N) Σ x xᵀ, [d, d], row by row.</param>
    /// <param name="cross">g = (1/N) Σ x y, [d].</param>
    /// <param name="covariance">Σ; null is the identity.</param>
    /// <param name="weights">Receives w after 1, 2, …, L steps, [L, d]; L is 1 for a baseline that takes no steps. All zeros.</param>
    protected abstract void Solve(ReadOnlySpan<double> gram, ReadOnlySpan<double> cross, Covariance? covariance, Span<double> weights);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, Covariance? covariance = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(statistics, steps, covariance);
        int columns = TakesSteps ? steps : 1;
        Kernels kernels = new(this, statistics.Dimension, covariance, columns);
        QueryErrors[] errors = QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count(columns), kernels, team, Width), statistics.BatchSize);
        return TakesSteps ? errors : [.. Enumerable.Repeat(errors[0], steps)];
    }

    private sealed class Kernels(PromptBaseline baseline, int dimension, Covariance? covariance, int steps) : IDoubleBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane>()
            where TLane : unmanaged, ISelectingLane<TLane>
            => new Kernel<TLane>(baseline, dimension, covariance, steps);
    }

    private sealed unsafe class Kernel<TLane>(PromptBaseline baseline, int dimension, Covariance? covariance, int steps)
        : IBundleKernel<TLane>
        where TLane : unmanaged, ISelectingLane<TLane>
    {
        private readonly double[] _gram = new double[dimension * dimension];
        private readonly double[] _cross = new double[dimension];
        private readonly double[] _weights = new double[steps * dimension];
        private readonly AlignedBuffer<TLane> _residuals = new(steps);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(TLane* statistics, int first, int count, TLane* sums)
        {
            GramLayout layout = new(dimension);
            _residuals.Span.Clear();
            for (int lane = 0; lane < count; lane++)
            {
                int entry = 0;
                for (int i = 0; i < dimension; i++)
                {
                    _cross[i] = Entry(statistics, layout.Cross + i, lane);
                    for (int j = 0; j <= i; j++)
                    {
                        _gram[(i * dimension) + j] = _gram[(j * dimension) + i] = Entry(statistics, entry++, lane);
                    }
                }

                Array.Clear(_weights);
                baseline.Solve(_gram, _cross, covariance, _weights);
                for (int k = 0; k < steps; k++)
                {
                    double residual = -Entry(statistics, layout.Label, lane);
                    for (int i = 0; i < dimension; i++)
                    {
                        residual = Math.FusedMultiplyAdd(
                            _weights[(k * dimension) + i], Entry(statistics, layout.Query + i, lane), residual);
                    }

                    ((double*)(_residuals.Pointer + k))[lane] = residual;
                }
            }

            for (int k = 0; k < steps; k++)
            {
                SquaredErrors.Add<TLane, double>(_residuals.Pointer[k], sums, k, steps);
            }
        }

        private static double Entry(TLane* statistics, int entry, int lane) => ((double*)(statistics + entry))[lane];
    }
}
