using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// Owns the loop over a batch: within a block of <see cref="BlockSums"/> bundle after bundle, share by share, lane by lane, then over
/// lanes.
/// </summary>
/// <typeparam name="TLane">The bundles that the kernel computes with: plain ones, or several of them side by side (dual
/// numbers).</typeparam>
/// <typeparam name="TScalar">A lane of these.</typeparam>
/// <typeparam name="TPlain">The plain ones: bundles, or shares of them.</typeparam>
/// <typeparam name="TNumber">A lane of these.</typeparam>
internal sealed unsafe class GramEngine<TLane, TScalar, TPlain, TNumber> : IGramEngine<TScalar, TNumber>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TPlain : unmanaged, ILane<TPlain, TNumber>
    where TNumber : unmanaged, INumberBase<TNumber>
{
    private readonly int _parameterCount;
    private readonly ScratchPool<GramPass<TLane, TScalar>> _passes;
    private readonly AlignedBuffer<TScalar> _parameters;
    private readonly BlockSums _sums;
    private GramStatistics<TNumber>? _statistics;
    private bool _wantsGradient;
    private KeptResiduals<TPlain, TNumber>? _kept;

    public GramEngine(IGramPassFactory passes, WorkerTeam? team)
    {
        _parameterCount = passes.ParameterCount;
        _passes = new(() => passes.Create<TLane, TScalar>(Bundle.Shares<TPlain, TNumber>()));
        _parameters = new(_parameterCount);
        _sums = new(Bundle.Lanes<TNumber>(), team, EvaluateBlock);
    }

    /// <summary>Plain bundles in a bundle, plain numbers in a lane: 1, or 2 for dual numbers.</summary>
    private static int Parts => sizeof(TLane) / sizeof(TPlain);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Evaluate(ReadOnlySpan<TScalar> parameters, GramStatistics<TNumber> statistics, Span<TScalar> gradient)
    {
        parameters.CopyTo(_parameters.Span);
        _statistics = statistics;
        _wantsGradient = !gradient.IsEmpty;
        _sums.Run(statistics.Bundles, Parts * (1 + gradient.Length));
        _statistics = null;
        double scale = 1.0 / statistics.BatchSize;
        Span<TNumber> numbers = MemoryMarshal.Cast<TScalar, TNumber>(gradient);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = TNumber.CreateTruncating(2 * scale * _sums.Total(Parts + i));
        }

        return scale * _sums.Total(0);
    }

    public void Residuals(ReadOnlySpan<TScalar> parameters, GramStatistics<TNumber> statistics, int entry, Span<TScalar> residuals)
    {
        _kept = new(statistics.Bundles, Parts, entry);
        Evaluate(parameters, statistics, []);
        _kept.CopyTo(MemoryMarshal.Cast<TScalar, TNumber>(residuals), statistics.BatchSize);
        _kept = null;
    }

    /// <summary>A block's sums: the squared residuals, then the gradient if it is wanted; all parts of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EvaluateBlock(int begin, int end, Span<double> slot)
    {
        GramStatistics<TNumber> statistics = _statistics!;
        GramPass<TLane, TScalar> pass = _passes.Rent();
        int stride = statistics.Layout.Stride;
        int count = _wantsGradient ? _parameterCount : 0;
        int shares = Bundle.Shares<TPlain, TNumber>();
        TLane* residual = pass.Residual;
        new Span<TLane>(pass.Gradients, shares * count).Clear();
        new Span<TLane>(pass.Squares, shares).Clear();
        for (int bundle = begin; bundle < end; bundle++)
        {
            TNumber* entries = statistics.Pointer + ((long)bundle * stride * Bundle.Lanes<TNumber>());
            for (int share = 0; share < shares; share++)
            {
                TLane* prompts = LaneLift.InPlace<TLane, TPlain, TNumber>(entries, share, pass.Lifted, pass.PromptLength, out nint apart);
                _kept?.Seed((TPlain*)prompts);
                pass.Forward(_parameters.Pointer, prompts, apart);
                _kept?.Keep((TPlain*)residual, bundle, share);
                pass.Squares[share] = TLane.FusedMultiplyAdd(*residual, *residual, pass.Squares[share]);
                if (_wantsGradient)
                {
                    pass.Gradient = pass.Gradients + (share * count);
                    pass.Backward(_parameters.Pointer);
                }
            }
        }

        LaneLift.AddOverLanes<TLane, TPlain, TNumber>(pass.Squares, 1, slot[..Parts]);
        LaneLift.AddOverLanes<TLane, TPlain, TNumber>(pass.Gradients, count, slot[Parts..]);
        _passes.Return(pass);
        GC.KeepAlive(statistics);
    }
}
