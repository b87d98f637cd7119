using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Gradient descent on each prompt's least-squares loss (1/2N) Σ (wᵀx_i − y_i)², a bundle of prompts at a time. Its
/// gradient is G w − g, so G and g are all it needs. With M = I, or M = Σ⁻¹ as preconditioner, and the negative iterate
/// u = −w (so that, as in a transformer, the prediction is minus what is added to the query's label):
/// <code>
/// H = M G    h = M g
/// u_0 = 0    r_k = h + H u_k    u_(k+1) = u_k − η_k r_k
/// residual after k steps = y_q + x_qᵀ u_k
/// </code>
/// <para>The first step is −η_0 h at once. A step takes d² + 2d fused multiply-adds, with preconditioner or without;
/// the products with M are made once for all schedules.</para>
/// </summary>
internal static unsafe class DescentKernel<TLane, TScalar, TDim>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Takes up a bundle: H, h, the query and its label.</summary>
    /// <param name="work">Filled.</param>
    /// <param name="statistics">The bundle's Gram statistics.</param>
    /// <param name="preconditioner">M, [d, d], or null for the identity.</param>
    /// <param name="d">The dimension.</param>
    [MethodImpl(Apart)]
    public static void Load(DescentWorkspace<TLane, TScalar> work, TLane* statistics, TScalar* preconditioner, int d)
    {
        d = Constant(d);
        GramLayout layout = new(d);
        work.Query = statistics + layout.Query;
        work.Label = statistics + layout.Label;
        if (preconditioner is null)
        {
            GramSums.Unpack(statistics, work.H, d);
            GramSums.Copy(work.SmallH, statistics + layout.Cross, d);
        }
        else
        {
            GramSums.Unpack(statistics, work.G, d);
            Precondition(work, statistics + layout.Cross, preconditioner, d);
        }
    }

    /// <summary>Adds the squared residuals after each step of one schedule to the sums.</summary>
    /// <param name="work">As loaded.</param>
    /// <param name="minusStepSizes">−η_k, [steps].</param>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="squares">[steps], added to.</param>
    /// <param name="d">The dimension.</param>
    [MethodImpl(Apart)]
    public static void Descend(DescentWorkspace<TLane, TScalar> work, TScalar* minusStepSizes, int steps, TLane* squares, int d)
    {
        d = Constant(d);
        TLane* u = work.U;
        TLane* r = work.R;
        TLane* query = work.Query;
        for (int k = 0; k < steps; k++)
        {
            TLane step = TLane.Broadcast(minusStepSizes[k]);
            TLane residual = *work.Label;
            if (k == 0)
            {
                for (int i = 0; i < d; i++)
                {
                    u[i] = step * work.SmallH[i];
                }
            }
            else
            {
                LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TDim>, Rows<TLane, TDim>, Columns<TLane, TDim>, Dimension1, AnyDimension, TDim>(
                    r, d, new(work.SmallH, d), new(u, d), new(work.H, d), 1, d, d);
                for (int i = 0; i < d; i++)
                {
                    u[i] = TLane.FusedMultiplyAdd(step, r[i], u[i]);
                }
            }

            for (int i = 0; i < d; i++)
            {
                TLane.Accumulate(query[i], u[i], ref residual);
            }

            squares[k] = TLane.FusedMultiplyAdd(residual, residual, squares[k]);
        }
    }

    /// <summary>Adds y², y s and s² with s = x_qᵀ h to three sums.</summary>
    [MethodImpl(Apart)]
    public static void AddMoments(DescentWorkspace<TLane, TScalar> work, TLane* sums, int d)
    {
        d = Constant(d);
        TLane label = *work.Label;
        TLane step = TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            TLane.Accumulate(work.Query[i], work.SmallH[i], ref step);
        }

        sums[0] = TLane.FusedMultiplyAdd(label, label, sums[0]);
        sums[1] = TLane.FusedMultiplyAdd(label, step, sums[1]);
        sums[2] = TLane.FusedMultiplyAdd(step, step, sums[2]);
    }

    /// <summary>H = M G, h = M g.</summary>
    [MethodImpl(Apart)]
    private static void Precondition(DescentWorkspace<TLane, TScalar> work, TLane* cross, TScalar* preconditioner, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, ParameterRows<TLane, TScalar, TDim>, Rows<TLane, TDim>, AnyDimension, AnyDimension, TDim>(
            work.H, d, default, new(preconditioner, d), new(work.G, d), d, d, d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>, ParameterColumns<TLane, TScalar, TDim>, Dimension1, AnyDimension, TDim>(
            work.SmallH, d, default, new(cross, d), new(preconditioner, d), 1, d, d);
    }

    /// <summary>d as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Constant(int d) => TDim.Known != 0 ? TDim.Known : d;
}
