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

    /// <summary>The residual y_q − ŷ of each prompt, and of dual numbers its derivative.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="tokens">The batch.</param>
    /// <param name="entry">
    /// The entry of a prompt, as <see cref="TokenBundles{T}"/> lays them out, that the derivative is with respect to; of dual numbers only.
    /// </param>
    /// <param name="residuals">[B], for each prompt a scalar.</param>
    void Residuals(ReadOnlySpan<TScalar> parameters, TokenBundles<TNumber> tokens, int entry, Span<TScalar> residuals);
}

/// <summary>Makes what takes prompts through a model, for a lane type.</summary>
internal interface ITokenPassFactory
{
    TokenPass<TLane, TScalar> Create<TLane, TScalar>(int contextLength, int shares)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged;
}

/// <summary>Owns the loop over a batch of tokens, as <c>GramEngine</c> does for statistics.</summary>
internal sealed unsafe class TokenEngine<TLane, TScalar, TPlain, TNumber>(
    int parameterCount, ITokenPassFactory passes, WorkerTeam? team) : ITokenEngine<TScalar, TNumber>
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
    private KeptResiduals<TPlain, TNumber>? _kept;

    /// <summary>Plain bundles in a bundle, plain numbers in a lane: 1, or 2 for dual numbers.</summary>
    private static int Parts => sizeof(TLane) / sizeof(TPlain);

    public double Evaluate(ReadOnlySpan<TScalar> parameters, TokenBundles<TNumber> tokens, Span<TScalar> gradient)
    {
        if (_passes is null || _contextLength != tokens.ContextLength)
        {
            _contextLength = tokens.ContextLength;
            int length = _contextLength;
            _passes = new(() => passes.Create<TLane, TScalar>(length, Bundle.Shares<TPlain, TNumber>()));
        }

        _sums ??= new(Bundle.Lanes<TNumber>(), team, EvaluateBlock);
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

    public void Residuals(ReadOnlySpan<TScalar> parameters, TokenBundles<TNumber> tokens, int entry, Span<TScalar> residuals)
    {
        _kept = new(tokens.Bundles, Parts, entry);
        Evaluate(parameters, tokens, []);
        _kept.CopyTo(MemoryMarshal.Cast<TScalar, TNumber>(residuals), tokens.BatchSize);
        _kept = null;
    }

    /// <summary>A block's sums: the squared residuals, then the gradient if it is wanted; all parts of each.</summary>
    private void EvaluateBlock(int begin, int end, Span<double> slot)
    {
        TokenBundles<TNumber> tokens = _tokens!;
        TokenPass<TLane, TScalar> pass = _passes!.Rent();
        int count = _wantsGradient ? parameterCount : 0;
        int shares = Bundle.Shares<TPlain, TNumber>();
        new Span<TLane>(pass.Gradients, shares * count).Clear();
        new Span<TLane>(pass.Squares, shares).Clear();
        TLane overN = TLane.Zero;
        TPlain reciprocal = TPlain.Broadcast(TNumber.One / TNumber.CreateTruncating(tokens.ContextLength));
        *(TPlain*)&overN = reciprocal;
        for (int bundle = begin; bundle < end; bundle++)
        {
            TNumber* entries = tokens.Pointer + ((long)bundle * tokens.Stride * Bundle.Lanes<TNumber>());
            for (int share = 0; share < shares; share++)
            {
                TLane* prompts = LaneLift.To<TLane, TPlain, TNumber>(entries, share, pass.Lifted, tokens.Stride);
                _kept?.Seed((TPlain*)prompts);
                TLane residual = pass.Forward(_parameters.Pointer, prompts, overN);

                // Lanes beyond the last prompt hold zeros, which a network with biases does not map to zero: their residual is none.
                residual = Masked(residual, tokens.BatchSize - (bundle * Bundle.Lanes<TNumber>()) - (share * TLane.Count));
                _kept?.Keep((TPlain*)&residual, bundle, share);
                pass.Squares[share] = TLane.FusedMultiplyAdd(residual, residual, pass.Squares[share]);
                if (_wantsGradient)
                {
                    pass.Gradient = pass.Gradients + (share * count);
                    pass.Backward(_parameters.Pointer, residual, overN);
                }
            }
        }

        LaneLift.AddOverLanes<TLane, TPlain, TNumber>(pass.Squares, 1, slot[..Parts]);
        LaneLift.AddOverLanes<TLane, TPlain, TNumber>(pass.Gradients, count, slot[Parts..]);
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
                for (int lane = Math.Max(prompts, 0); lane < TLane.Count; lane++)
                {
                    numbers[(part * TLane.Count) + lane] = TNumber.Zero;
                }
            }
        }

        return value;
    }
}
