using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Gradient descent by schedules of step sizes, with momenta or without: with u = −w and r_k = h + H u_k,
/// <code>
/// u_(k+1) = u_k − η_k r_k + β_k (u_k − u_(k−1)) ,    u_0 = u_(−1) = 0
/// </code>
/// Adds the squared residuals after each step of each schedule. The first step is −η_0 h at once. A step without momentum takes d² + 2d
/// fused multiply-adds, with preconditioner or without.
/// </summary>
internal sealed unsafe class StepsKernel<TLane, TScalar, TDim> : DescentKernel<TLane, TScalar, TDim>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private readonly AlignedBuffer<TScalar> _minusStepSizes;
    private readonly AlignedBuffer<TScalar>? _momenta;
    private readonly int _columns;
    private readonly int _steps;

    /// <summary>A kernel with its room.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="preconditioner">M, [d, d], or null for the identity.</param>
    /// <param name="stepSizes">η_k, [schedules, steps].</param>
    /// <param name="momenta">β_k, [schedules, steps], of which β_0 makes no difference; null where all are 0.</param>
    /// <param name="steps">Steps of a schedule, at least 1.</param>
    public StepsKernel(int dimension, double[]? preconditioner, double[] stepSizes, double[]? momenta, int steps)
        : base(dimension, preconditioner)
    {
        _steps = steps;
        _columns = stepSizes.Length;
        _minusStepSizes = Numbers(Array.ConvertAll(stepSizes, size => -size));
        _momenta = momenta is null ? null : Numbers(momenta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Add(TLane* sums)
    {
        for (int first = 0; first < _columns; first += _steps)
        {
            Descend(
                _minusStepSizes.Pointer + first, _momenta is null ? null : _momenta.Pointer + first, sums + first, Dimension);
        }
    }

    [MethodImpl(Apart)]
    private void Descend(TScalar* minusStepSizes, TScalar* momenta, TLane* squares, int d)
    {
        d = Constant(d);

        // In locals: a store through a pointer might change what a field holds, for all that the JIT knows.
        TLane* u = U;
        TLane* r = R;
        TLane* h = H;
        TLane* smallH = SmallH;
        TLane* before = Before;
        TLane* query = Query;
        TLane* label = Label;
        int columns = _columns;
        int steps = _steps;
        for (int k = 0; k < steps; k++)
        {
            TLane step = TLane.Broadcast(minusStepSizes[k]);
            if (k == 0)
            {
                for (int i = 0; i < d; i++)
                {
                    before[i] = TLane.Zero;
                    u[i] = step * smallH[i];
                }
            }
            else
            {
                Gradient(r, smallH, h, u, d);
                if (momenta == null)
                {
                    for (int i = 0; i < d; i++)
                    {
                        u[i] = TLane.FusedMultiplyAdd(step, r[i], u[i]);
                    }
                }
                else
                {
                    TLane beta = TLane.Broadcast(momenta[k]);
                    for (int i = 0; i < d; i++)
                    {
                        TLane here = u[i];
                        u[i] = TLane.FusedMultiplyAdd(beta, here - before[i], TLane.FusedMultiplyAdd(step, r[i], here));
                        before[i] = here;
                    }
                }
            }

            SquaredErrors.Add<TLane, TScalar>(Residual(*label, query, u, d), squares, k, columns);
        }
    }
}

/// <summary>Kernels of some schedules.</summary>
internal sealed class StepsKernels(
    int dimension, bool knownDimension, double[]? preconditioner, double[] stepSizes, int steps, double[]? momenta = null) : IBundleKernels
{
    /// <summary>Kernels of schedules with momenta, without preconditioner.</summary>
    public StepsKernels(int dimension, double[] stepSizes, int steps, double[] momenta)
        : this(dimension, dimension == 5, null, stepSizes, steps, momenta)
    {
    }

    /// <summary>The squared query errors after each step of each schedule, [schedules, steps].</summary>
    public QueryErrors[] Errors<T>(GramStatistics<T> statistics, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
        => QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count(stepSizes.Length), this, team, width), statistics.BatchSize);

    public IBundleKernel<TLane> Create<TLane, TNumber>()
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>
        => knownDimension
            ? new StepsKernel<TLane, TNumber, Dimension5>(dimension, preconditioner, stepSizes, momenta, steps)
            : new StepsKernel<TLane, TNumber, AnyDimension>(dimension, preconditioner, stepSizes, momenta, steps);
}
