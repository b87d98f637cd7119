using System.Numerics;
using System.Runtime.InteropServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>A loss on tokens, compiled for a lane type.</summary>
/// <typeparam name="TScalar">A parameter: a number, or a dual number.</typeparam>
/// <typeparam name="TNumber">What tokens are kept in: float or double.</typeparam>
internal interface ITokenEngine<TScalar, TNumber>
    where TScalar : unmanaged
    where TNumber : unmanaged, INumberBase<TNumber>
{
    /// <summary>The mean squared residual; with a gradient to fill, that too.</summary>
    double Evaluate(ReadOnlySpan<TScalar> parameters, TokenBundles<TNumber> tokens, Span<TScalar> gradient);
}

/// <summary>Owns the loop over a batch of tokens, as <c>GramEngine</c> does for statistics.</summary>
internal sealed unsafe class TokenEngine<TLane, TScalar, TPlain, TNumber>(
    int parameterCount, Func<int, TokenPass<TLane, TScalar>> create, WorkerTeam? team) : ITokenEngine<TScalar, TNumber>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TPlain : unmanaged, ILane<TPlain, TNumber>
    where TNumber : unmanaged, INumberBase<TNumber>
{
    private readonly AlignedBuffer<TScalar> _parameters = new(parameterCount);
    private BlockSums? _sums;
    private ScratchPool<TokenPass<TLane, TScalar>>? _passes;
    private int _contextLength;
    private TokenBundles<TNumber>? _tokens;
    private bool _wantsGradient;

    /// <summary>Plain bundles in a bundle, plain numbers in a lane: 1, or 2 for dual numbers.</summary>
    private static int Parts => sizeof(TLane) / sizeof(TPlain);

    public double Evaluate(ReadOnlySpan<TScalar> parameters, TokenBundles<TNumber> tokens, Span<TScalar> gradient)
    {
        if (_passes is null || _contextLength != tokens.ContextLength)
        {
            _contextLength = tokens.ContextLength;
            int length = _contextLength;
            _passes = new(() => create(length));
        }

        _sums ??= new(TLane.Count, team, EvaluateBlock);
        parameters.CopyTo(_parameters.Span);
        _tokens = tokens;
        _wantsGradient = !gradient.IsEmpty;
        _sums.Run(tokens.Bundles, Parts * (1 + gradient.Length));
        _tokens = null;
        double scale = 1.0 / tokens.BatchSize;
        Span<TNumber> numbers = MemoryMarshal.Cast<TScalar, TNumber>(gradient);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = TNumber.CreateTruncating(2 * scale * _sums.Total(Parts + i));
        }

        return scale * _sums.Total(0);
    }

    /// <summary>A block's sums: the squared residuals, then the gradient if it is wanted; all parts of each.</summary>
    private void EvaluateBlock(int begin, int end, Span<double> slot)
    {
        TokenBundles<TNumber> tokens = _tokens!;
        TokenPass<TLane, TScalar> pass = _passes!.Rent();
        TPlain* bundles = (TPlain*)tokens.Pointer;
        Span<TLane> gradient = new(pass.Gradient, _wantsGradient ? parameterCount : 0);
        gradient.Clear();
        TLane squares = TLane.Zero;
        TLane overN = TLane.Zero;
        TPlain reciprocal = TPlain.Broadcast(TNumber.One / TNumber.CreateTruncating(tokens.ContextLength));
        *(TPlain*)&overN = reciprocal;
        for (int bundle = begin; bundle < end; bundle++)
        {
            TLane* prompts = LaneLift.To<TLane, TPlain>(bundles + ((long)bundle * tokens.Stride), pass.Lifted, tokens.Stride);
            TLane residual = pass.Forward(_parameters.Pointer, prompts, overN);

            // Lanes beyond the last prompt hold zeros, which a network with biases does not map to zero: their residual is none.
            residual = Masked(residual, tokens.BatchSize - (bundle * TLane.Count));
            squares = TLane.FusedMultiplyAdd(residual, residual, squares);
            if (_wantsGradient)
            {
                pass.Backward(_parameters.Pointer, residual, overN);
            }
        }

        LaneLift.AddOverLanes<TLane, TPlain, TNumber>(new(ref squares), slot[..Parts]);
        LaneLift.AddOverLanes<TLane, TPlain, TNumber>(gradient, slot[Parts..]);
        _passes!.Return(pass);
        GC.KeepAlive(tokens);
    }

    /// <summary>The first lanes, zeros behind them; in all parts.</summary>
    private static TLane Masked(TLane value, int prompts)
    {
        if (prompts < TLane.Count)
        {
            TNumber* numbers = (TNumber*)&value;
            for (int part = 0; part < Parts; part++)
            {
                for (int lane = prompts; lane < TLane.Count; lane++)
                {
                    numbers[(part * TLane.Count) + lane] = TNumber.Zero;
                }
            }
        }

        return value;
    }
}
