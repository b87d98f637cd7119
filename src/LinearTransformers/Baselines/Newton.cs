using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Newton's iteration for the inverse of G (Schulz, 1933), applied to g:
/// <code>
/// X_0 = (c/λ²) G ,  λ the largest eigenvalue of G    X_(k+1) = X_k (2 I − G X_k)    w_k = X_k g
/// </code>
/// X_k has the eigenvectors of G. On an eigenvalue λ_i what is left of w is (1 − c λ_i²/λ²)^(2^k): each step squares it, where a step of
/// gradient descent multiplies it by a number. With 0 &lt; c &lt; 2 it ends at least squares of least norm. It is <i>iterative Newton</i>
/// of Fu et al., <i>Transformers learn to achieve second-order convergence rates for in-context linear regression</i>, 2024 (arXiv
/// 2310.17086), who start at X_0 = α S with S = XᵀX.
/// </summary>
/// <remarks>
/// Step k is X_k; the start X_0 is no step. Computed in the basis of the eigenvectors, f_i = λ_i X_ii ← f_i (2 − f_i) from c λ_i²/λ², where
/// nothing cancels. Eigenvalues count as zero as for <see cref="LeastSquares{T}"/>: products of matrices would double roundings in the null
/// space of G with every step.
/// </remarks>
[Part("newton", "Newton's iteration for the inverse")]
public sealed record Newton : Baseline
{
    /// <summary>The start c: X_0 is c/λ² times G.</summary>
    [Setting(Position = 1, Value = "start", Above = 0, Below = 2)]
    public double Start { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        Kernels kernels = new(statistics.Dimension, Start, steps, LeastSquares.UsualTolerance(statistics.AreSingle));
        return QueryErrors.OfColumns(BundleLoop.Sums(statistics, SquaredErrors.Count(steps), kernels, team, Width), statistics.BatchSize);
    }

    private sealed class Kernels(int dimension, double start, int steps, double rankTolerance) : IDoubleBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane>()
            where TLane : unmanaged, ISelectingLane<TLane>
            => new Kernel<TLane>(dimension, start, steps, rankTolerance);
    }

    private sealed unsafe class Kernel<TLane>(int dimension, double start, int steps, double rankTolerance)
        : RidgeKernel<TLane>(dimension, null, rankTolerance)
        where TLane : unmanaged, ISelectingLane<TLane>
    {
        private readonly AlignedBuffer<TLane> _memory = new(2L * dimension);

        [MethodImpl(Apart)]
        protected override void Add(int first, int count, TLane* sums)
        {
            int d = Dimension;
            TLane* solved = _memory.Pointer;
            TLane* wholes = solved + d;
            TLane cut = Cut();
            TLane largest = LargestEigenvalue();
            for (int i = 0; i < d; i++)
            {
                // What the query sees of least squares along this direction, and the share of it that is there.
                TLane eigenvalue = Eigenvalue(i);
                TLane ratio = TLane.SelectGreater(cut, eigenvalue, TLane.Zero, eigenvalue / largest);
                wholes[i] = TLane.SelectGreater(cut, eigenvalue, TLane.Zero, Query[i] * Cross[i] / eigenvalue);
                solved[i] = TLane.Broadcast(start) * ratio * ratio;
            }

            TLane two = TLane.Broadcast(2);
            for (int k = 0; k < steps; k++)
            {
                TLane residual = *Label;
                for (int i = 0; i < d; i++)
                {
                    solved[i] *= two - solved[i];
                    TLane.Accumulate(-wholes[i], solved[i], ref residual);
                }

                SquaredErrors.Add<TLane, double>(residual, sums, k, steps);
            }
        }
    }
}
