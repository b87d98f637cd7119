using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>
/// Gradient descent by schedules of step sizes, u_(k+1) = u_k − η_k r_k from u_0 = 0: adds the squared residuals after each step of each
/// schedule. The first step is −η_0 h at once. A step takes d² + 2d fused multiply-adds, with preconditioner or without.
/// </summary>
internal sealed unsafe class StepsKernel<TLane, TScalar, TDim> : DescentKernel<TLane, TScalar, TDim>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private readonly AlignedBuffer<TScalar> _minusStepSizes;
    private readonly int _columns;
    private readonly int _steps;

    /// <summary>A kernel with its room.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="preconditioner">M, [d, d], or null for the identity.</param>
    /// <param name="schedules">η_k, [schedules, steps].</param>
    /// <param name="steps">Steps of a schedule, at least 1.</param>
    public StepsKernel(int dimension, double[]? preconditioner, double[] schedules, int steps)
        : base(dimension, preconditioner)
    {
        _steps = steps;
        _columns = schedules.Length;
        _minusStepSizes = Numbers(schedules);
        for (int i = 0; i < schedules.Length; i++)
        {
            _minusStepSizes.Pointer[i] = -_minusStepSizes.Pointer[i];
        }
    }

    protected override void Add(TLane* sums)
    {
        for (int first = 0; first < _columns; first += _steps)
        {
            Descend(_minusStepSizes.Pointer + first, sums + first, Dimension);
        }
    }

    [MethodImpl(Apart)]
    private void Descend(TScalar* minusStepSizes, TLane* squares, int d)
    {
        d = Constant(d);

        // In locals: a store through a pointer might change what a field holds, for all that the JIT knows.
        TLane* u = U;
        TLane* r = R;
        TLane* h = H;
        TLane* smallH = SmallH;
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
                    u[i] = step * smallH[i];
                }
            }
            else
            {
                Gradient(r, smallH, h, u, d);
                for (int i = 0; i < d; i++)
                {
                    u[i] = TLane.FusedMultiplyAdd(step, r[i], u[i]);
                }
            }

            SquaredErrors.Add<TLane, TScalar>(Residual(*label, query, u, d), squares, k, columns);
        }
    }
}

/// <summary>Kernels of some schedules.</summary>
internal sealed class StepsKernels(int dimension, bool knownDimension, double[]? preconditioner, double[] schedules, int steps)
    : IBundleKernels
{
    public IBundleKernel<TLane> Create<TLane, TNumber>()
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>
        => knownDimension
            ? new StepsKernel<TLane, TNumber, Dimension5>(dimension, preconditioner, schedules, steps)
            : new StepsKernel<TLane, TNumber, AnyDimension>(dimension, preconditioner, schedules, steps);
}
