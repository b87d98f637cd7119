using System.Numerics;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// Owns the loop over a batch. Prompts are summed in fixed blocks of 256: within a block bundle after bundle, lane by
/// lane; then over lanes, then over blocks in their order, in double precision. So the bits depend neither on the
/// number of threads nor on who computed which block.
/// </summary>
internal sealed unsafe class GramEngine<TLane, TScalar, TDim> : IGramEngine<TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private const int BlockOfPrompts = 256;

    private readonly LinearTransformerShape _shape;
    private readonly WorkerTeam? _team;
    private readonly ScratchPool<GramWorkspace<TLane, TScalar>> _workspaces;
    private readonly AlignedBuffer<TScalar> _parameters;
    private readonly Action<int> _evaluateBlock;
    private double[] _slots = [];
    private GramStatistics<TScalar>? _statistics;
    private bool _wantsGradient;

    public GramEngine(LinearTransformerShape shape, WorkerTeam? team)
    {
        _shape = shape;
        _team = team;
        _workspaces = new(() => new(shape));
        _parameters = new(shape.ParameterCount);
        _evaluateBlock = EvaluateBlock;
    }

    private static int BlockOfBundles => BlockOfPrompts / TLane.Count;

    /// <summary>A block's sums: the squared residuals, then the gradient.</summary>
    private int SlotLength => 1 + _shape.ParameterCount;

    public double Evaluate(ReadOnlySpan<TScalar> parameters, GramStatistics<TScalar> statistics, Span<TScalar> gradient)
    {
        int blocks = (statistics.Bundles + BlockOfBundles - 1) / BlockOfBundles;
        if (_slots.Length < blocks * SlotLength)
        {
            _slots = new double[blocks * SlotLength];
        }

        parameters.CopyTo(_parameters.Span);
        _statistics = statistics;
        _wantsGradient = !gradient.IsEmpty;
        if (_team is null)
        {
            for (int block = 0; block < blocks; block++)
            {
                EvaluateBlock(block);
            }
        }
        else
        {
            _team.For(blocks, _evaluateBlock);
        }

        _statistics = null;
        double scale = 1.0 / statistics.BatchSize;
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = TScalar.CreateTruncating(2 * scale * SumOverBlocks(1 + i, blocks));
        }

        return scale * SumOverBlocks(0, blocks);
    }

    private double SumOverBlocks(int index, int blocks)
    {
        double sum = 0;
        for (int block = 0; block < blocks; block++, index += SlotLength)
        {
            sum += _slots[index];
        }

        return sum;
    }

    private void EvaluateBlock(int block)
    {
        GramStatistics<TScalar> statistics = _statistics!;
        GramWorkspace<TLane, TScalar> work = _workspaces.Rent();
        TLane* bundles = (TLane*)statistics.Pointer;
        int stride = statistics.Layout.Stride;
        int begin = block * BlockOfBundles;
        int end = Math.Min(statistics.Bundles, begin + BlockOfBundles);
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

        Span<double> slot = _slots.AsSpan(block * SlotLength, SlotLength);
        slot[0] = TLane.SumOfLanes(squares);
        for (int i = 0; i < gradient.Length; i++)
        {
            slot[1 + i] = TLane.SumOfLanes(gradient[i]);
        }

        _workspaces.Return(work);
        GC.KeepAlive(statistics);
    }
}
