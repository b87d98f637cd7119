using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

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
///     protected override void Solve(in ContextStatistics prompt, Span&lt;double&gt; weights) =&gt; prompt.Cross.CopyTo(weights);
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
    /// <param name="prompt">What it sees of the prompt.</param>
    /// <param name="weights">Receives w after 1, 2, …, L steps, [L, d]; L is 1 for a baseline that takes no steps. All zeros.</param>
    protected abstract void Solve(in ContextStatistics prompt, Span<double> weights);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        int columns = TakesSteps ? steps : 1;
        Kernels kernels = new(this, statistics.Layout, statistics.ContextLength, known ?? PromptKnowledge.Nothing, columns);
        QueryErrors[] errors = QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count(columns), kernels, team, Width), statistics.BatchSize);
        return TakesSteps ? errors : [.. Enumerable.Repeat(errors[0], steps)];
    }

    private sealed class Kernels(PromptBaseline baseline, GramLayout layout, int contextLength, PromptKnowledge known, int steps)
        : IDoubleBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane>()
            where TLane : unmanaged, ISelectingLane<TLane>
            => new Kernel<TLane>(baseline, layout, contextLength, known, steps);
    }

    private sealed unsafe class Kernel<TLane>(
        PromptBaseline baseline, GramLayout layout, int contextLength, PromptKnowledge known, int steps)
        : IBundleKernel<TLane>
        where TLane : unmanaged, ISelectingLane<TLane>
    {
        private readonly double[] _gram = new double[layout.Dimension * layout.Dimension];
        private readonly double[] _cross = new double[layout.Dimension];
        private readonly double[] _weights = new double[steps * layout.Dimension];
        private readonly AlignedBuffer<TLane> _residuals = new(steps);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(TLane* statistics, int first, int count, TLane* sums)
        {
            int dimension = layout.Dimension;
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
                ContextStatistics prompt = new()
                {
                    Gram = _gram,
                    Cross = _cross,
                    ContextLength = contextLength,
                    MeanSquare = layout.HasSquare ? Entry(statistics, layout.Square, lane) : double.NaN,
                    Deviation = layout.HasDeviation ? Entry(statistics, layout.Deviation, lane) : double.NaN,
                    Known = known,
                };
                baseline.Solve(prompt, _weights);
                for (int k = 0; k < steps; k++)
                {
                    double residual = Entry(statistics, layout.Label, lane);
                    for (int i = 0; i < dimension; i++)
                    {
                        residual = Math.FusedMultiplyAdd(
                            -_weights[(k * dimension) + i], Entry(statistics, layout.Query + i, lane), residual);
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
