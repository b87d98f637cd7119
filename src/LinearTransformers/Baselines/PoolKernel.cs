using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// The posterior mean of a pool's tasks. With e_j = w_jᵀG w_j − 2 w_jᵀg, the mean squared residual up to what all tasks share,
/// <code>
/// p_j = exp( −(N/2σ²) (e_j − least e) ) / Σ ,    residual = y_q − Σ_j p_j w_jᵀx_q
/// </code>
/// Tasks are taken a few at a time, and the sums so far rescaled where one of them fits better than all before: the room does not grow with
/// the pool.
/// </summary>
internal sealed unsafe class PoolKernel<TLane> : IBundleKernel<TLane>
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private const int AtOnce = 64;

    private readonly GramLayout _layout;
    private readonly double[] _tasks;
    private readonly TLane _minusHalfExamples;
    private readonly AlignedBuffer<TLane> _memory = new(2L * AtOnce);

    /// <summary>A kernel with its room.</summary>
    /// <param name="layout">Of statistics with σ.</param>
    /// <param name="contextLength">N.</param>
    /// <param name="tasks">w_1 … w_M, [M, d].</param>
    public PoolKernel(GramLayout layout, int contextLength, double[] tasks)
    {
        (_layout, _tasks) = (layout, tasks);
        _minusHalfExamples = TLane.Broadcast(-0.5 * contextLength);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Add(TLane* statistics, int first, int count, TLane* sums)
    {
        int d = _layout.Dimension;
        TLane* fits = _memory.Pointer;
        TLane* predictions = fits + AtOnce;
        TLane deviation = statistics[_layout.Deviation];
        TLane least = TLane.Zero;
        TLane weight = TLane.Zero;
        TLane prediction = TLane.Zero;
        fixed (double* tasks = _tasks)
        {
            for (int begin = 0; begin < _tasks.Length; begin += AtOnce * d)
            {
                int these = Math.Min(AtOnce, (_tasks.Length - begin) / d);
                TLane before = least;
                for (int j = 0; j < these; j++)
                {
                    Fit(statistics, tasks + begin + (j * d), d, fits + j, predictions + j);
                    least = begin == 0 && j == 0 ? fits[0] : TLane.SelectGreater(least, fits[j], fits[j], least);
                }

                TLane kept = Likelihood(before - least, deviation);
                weight *= kept;
                prediction *= kept;
                for (int j = 0; j < these; j++)
                {
                    TLane likelihood = Likelihood(fits[j] - least, deviation);
                    weight += likelihood;
                    TLane.Accumulate(likelihood, predictions[j], ref prediction);
                }
            }
        }

        SquaredErrors.Add<TLane, double>(statistics[_layout.Label] - (prediction / weight), sums, 0, 1);
    }

    /// <summary>e_j, by the triangle of G, and w_jᵀx_q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fit(TLane* statistics, double* task, int d, TLane* fit, TLane* prediction)
    {
        TLane* triangle = statistics;
        TLane* cross = statistics + _layout.Cross;
        TLane* query = statistics + _layout.Query;
        TLane sum = TLane.Zero;
        TLane seen = TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            // w_i (G_ii w_i + 2 Σ_(k<i) G_ik w_k − 2 g_i).
            TLane own = TLane.Broadcast(task[i]);
            TLane along = -cross[i];
            for (int k = 0; k < i; k++)
            {
                TLane.Accumulate(*triangle++, TLane.Broadcast(task[k]), ref along);
            }

            along += along;
            TLane.Accumulate(*triangle++, own, ref along);
            TLane.Accumulate(own, along, ref sum);
            TLane.Accumulate(own, query[i], ref seen);
        }

        *fit = sum;
        *prediction = seen;
    }

    /// <summary>exp(−(N/2σ²) e) for e ≥ 0: 1 for e = 0 whatever σ is. Divided by σ twice, since σ² may underflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Likelihood(TLane excess, TLane deviation)
        => TLane.SelectGreater(excess, TLane.Zero, TLane.Exp(_minusHalfExamples * excess / deviation / deviation), TLane.One);
}

/// <summary>Its kernels.</summary>
internal sealed class PoolKernels(GramLayout layout, int contextLength, double[] tasks) : IDoubleBundleKernels
{
    public IBundleKernel<TLane> Create<TLane>()
        where TLane : unmanaged, ISelectingLane<TLane>
        => new PoolKernel<TLane>(layout, contextLength, tasks);
}
