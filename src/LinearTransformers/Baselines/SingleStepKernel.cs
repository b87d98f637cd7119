using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>
/// Adds y_q², y_q s and s² to three sums, with s = x_qᵀ h the prediction of one step of size 1: what the best step is made of.
/// </summary>
internal sealed unsafe class SingleStepKernel<TLane, TScalar, TDim>(int dimension, double[]? preconditioner)
    : DescentKernel<TLane, TScalar, TDim>(dimension, preconditioner)
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    protected override void Add(TLane* sums) => Add(sums, Dimension);

    [MethodImpl(Apart)]
    private void Add(TLane* sums, int d)
    {
        d = Constant(d);
        TLane label = *Label;
        TLane step = TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            TLane.Accumulate(Query[i], SmallH[i], ref step);
        }

        sums[0] = TLane.FusedMultiplyAdd(label, label, sums[0]);
        sums[1] = TLane.FusedMultiplyAdd(label, step, sums[1]);
        sums[2] = TLane.FusedMultiplyAdd(step, step, sums[2]);
    }
}

/// <summary>Its kernels.</summary>
internal sealed class SingleStepKernels(int dimension, bool knownDimension, double[]? preconditioner) : IBundleKernels
{
    public IBundleKernel<TLane> Create<TLane, TNumber>()
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>
        => knownDimension
            ? new SingleStepKernel<TLane, TNumber, Dimension5>(dimension, preconditioner)
            : new SingleStepKernel<TLane, TNumber, AnyDimension>(dimension, preconditioner);
}
