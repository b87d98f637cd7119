using System.Numerics;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// Owns the loop over a batch: within a block of <see cref="BlockSums"/> bundle after bundle, lane by lane, then over
/// lanes.
/// </summary>
internal sealed unsafe class GramEngine<TLane, TScalar, TDim> : IGramEngine<TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private readonly LinearTransformerShape _shape;
    private readonly ScratchPool<GramWorkspace<TLane, TScalar>> _workspaces;
    private readonly AlignedBuffer<TScalar> _parameters;
    private readonly BlockSums _sums;
    private GramStatistics<TScalar>? _statistics;
    private bool _wantsGradient;

    public GramEngine(LinearTransformerShape shape, WorkerTeam? team)
    {
        _shape = shape;
        _workspaces = new(() => new(shape));
        _parameters = new(shape.ParameterCount);
        _sums = new(TLane.Count, team, EvaluateBlock);
    }

    public double Evaluate(ReadOnlySpan<TScalar> parameters, GramStatistics<TScalar> statistics, Span<TScalar> gradient)
    {
        parameters.CopyTo(_parameters.Span);
        _statistics = statistics;
        _wantsGradient = !gradient.IsEmpty;
        _sums.Run(statistics.Bundles, 1 + gradient.Length);
        _statistics = null;
        double scale = 1.0 / statistics.BatchSize;
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = TScalar.CreateTruncating(2 * scale * _sums.Total(1 + i));
        }

        return scale * _sums.Total(0);
    }

    /// <summary>A block's sums: the squared residuals, then the gradient if it is wanted.</summary>
    private void EvaluateBlock(int begin, int end, Span<double> slot)
    {
        GramStatistics<TScalar> statistics = _statistics!;
        GramWorkspace<TLane, TScalar> work = _workspaces.Rent();
        TLane* bundles = (TLane*)statistics.Pointer;
        int stride = statistics.Layout.Stride;
        Span<TLane> gradient = new(work.Gradient, _wantsGradient ? _shape.ParameterCount : 0);
        gradient.Clear();
        TLane squares = TLane.Zero;
        TLane* residual = work.Residual;
        for (int bundle = begin; bundle < end; bundle++)
        {
            *residual = GramKernel<TLane, TScalar, TDim>.Forward(work, _parameters.Pointer, bundles + ((long)bundle * stride));
            squares = TLane.FusedMultiplyAdd(*residual, *residual, squares);
            if (_wantsGradient)
            {
                GramKernel<TLane, TScalar, TDim>.Backward(work, _parameters.Pointer, residual);
            }
        }

        slot[0] = TLane.SumOfLanes(squares);
        for (int i = 0; i < gradient.Length; i++)
        {
            slot[1 + i] = TLane.SumOfLanes(gradient[i]);
        }

        _workspaces.Return(work);
        GC.KeepAlive(statistics);
    }
}
