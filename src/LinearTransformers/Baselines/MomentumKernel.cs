using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Descent with momentum by schedules of step sizes and momenta: with u = −w, r_k = g + G u_k,
/// <code>
/// u_(k+1) = u_k − η_k r_k + β_k (u_k − u_(k−1)) ,    u_0 = u_(−1) = 0
/// </code>
/// Adds the squared residuals after each step of each schedule. The first step is −η_0 g at once.
/// </summary>
internal sealed unsafe class MomentumKernel<TLane, TScalar, TDim>(int dimension, double[] stepSizes, double[] momenta, int steps)
    : DescentKernel<TLane, TScalar, TDim>(dimension, null)
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private readonly AlignedBuffer<TScalar> _stepSizes = Numbers(stepSizes);
    private readonly AlignedBuffer<TScalar> _momenta = Numbers(momenta);
    private readonly int _columns = stepSizes.Length;

    protected override void Add(TLane* sums)
    {
        for (int first = 0; first < _columns; first += steps)
        {
            Descend(_stepSizes.Pointer + first, _momenta.Pointer + first, sums + first, Dimension);
        }
    }

    [MethodImpl(Apart)]
    private void Descend(TScalar* sizes, TScalar* betas, TLane* squares, int d)
    {
        d = Constant(d);
        TLane* u = U;
        TLane* r = R;
        TLane* h = H;
        TLane* smallH = SmallH;
        TLane* query = Query;
        TLane* label = Label;
        TLane* before = Before;
        int columns = _columns;
        for (int k = 0; k < steps; k++)
        {
            TLane minusStepSize = TLane.Broadcast(-sizes[k]);
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
                TLane beta = TLane.Broadcast(betas[k]);
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

/// <summary>Its kernels.</summary>
/// <param name="dimension">d.</param>
/// <param name="stepSizes">η_k, [schedules, steps].</param>
/// <param name="momenta">β_k, [schedules, steps]; β_0 makes no difference.</param>
/// <param name="steps">Steps of a schedule, at least 1.</param>
internal sealed class MomentumKernels(int dimension, double[] stepSizes, double[] momenta, int steps) : IBundleKernels
{
    /// <summary>The squared query errors after each step of each schedule, [schedules, steps].</summary>
    public QueryErrors[] Errors<T>(GramStatistics<T> statistics, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
        => QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count(stepSizes.Length), this, team, width), statistics.BatchSize);

    public IBundleKernel<TLane> Create<TLane, TNumber>()
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>
        => dimension == 5
            ? new MomentumKernel<TLane, TNumber, Dimension5>(dimension, stepSizes, momenta, steps)
            : new MomentumKernel<TLane, TNumber, AnyDimension>(dimension, stepSizes, momenta, steps);
}
