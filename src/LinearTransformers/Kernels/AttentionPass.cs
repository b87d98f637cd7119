using System.Runtime.CompilerServices;
using LinearTransformers.Activations;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a transformer whose scores go through an activation, and its gradient, a bundle of prompts at a time. Each layer
/// looks at every pair of tokens; n goes over all tokens, m over the context, z = (x, y), and σ acts on the scores of a row:
/// <code>
/// ρ_n = Q̂ᵀ x_n    s_nm = ρ_nᵀ x_m    a_n = σ(s_n)    c_n = κ Σ_m a_nm z_m    z_n ← z_n + Σ_h (P̂ c^x_n, c^y_n)
/// </code>
/// <para>The top layer needs the query's row and labels only. Backward (bars are adjoints of half the squared residual r, ȳ_q = r at the
/// top):</para>
/// <code>
/// o_n = κ (P̂ᵀ x̄_n, ȳ_n)    P̄ += x̄_n c^x_nᵀ    ā_nm = o_nᵀ z_m    s̄_n = σ'(s_n)ᵀ ā_n
/// z̄_m += a_nm o_n + (s̄_nm ρ_n, 0)    ρ̄_n = Σ_m s̄_nm x_m    Q̄ += x_n ρ̄_nᵀ    x̄_n += Q̂ ρ̄_n
/// </code>
/// where κ is 1/N, or 1 after an activation that does not divide by N, and a softmax that sees the query has a score s_nN and its adjoint
/// besides.
/// </summary>
internal sealed unsafe partial class AttentionPass<TLane, TScalar, TDim, TSize, TActivation> : TokenPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TDim : struct, IDimension
    where TSize : struct, IDimension
    where TActivation : struct, IScoreActivation<TLane, TScalar>
{
    /// <summary>Rows of scores made at a time: those are then still in the first-level cache for what comes next.</summary>
    private const int RowsAtOnce = 6;

    private readonly LinearTransformerShape _shape;
    private readonly int _context;
    private readonly int _scores;
    private readonly TLane* _tokens;
    private readonly TLane* _weights;
    private readonly TLane* _rotated;
    private readonly TLane* _means;
    private readonly TLane* _bars;
    private readonly TLane* _barsBelow;
    private readonly TLane* _barScores;
    private readonly TLane* _barMeans;
    private readonly TLane* _barRotated;

    public AttentionPass(LinearTransformerShape shape, int contextLength, int shares)
        : base(shape.ParameterCount, ((contextLength + 1) * (shape.Dimension + 1)) + 1, RoomFor(shape, contextLength), shares)
    {
        _shape = shape;
        _context = contextLength;
        _scores = TActivation.SeesQuery ? contextLength + 1 : contextLength;
        long count = contextLength + 1;
        int d = shape.Dimension;
        long rows = shape.Layers * count;
        long headRows = rows * shape.Heads;
        _tokens = Take(rows * (d + 1));
        _weights = Take(headRows * _scores);
        _rotated = Take(headRows * d);
        _means = Take(headRows * (d + 1));
        _bars = Take(count * (d + 1));
        _barsBelow = Take(count * (d + 1));
        _barScores = Take(count * _scores);
        _barMeans = Take(count * (d + 1));
        _barRotated = Take(count * d);
    }

    private int D => TDim.Known > 0 ? TDim.Known : _shape.Dimension;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TLane Forward(TScalar* parameters, TLane* prompts, TLane overN)
    {
        TLane kappa = Kappa(overN);
        int width = D + 1;
        int count = _context + 1;
        Copy(prompts, Tokens(0), count * width);
        int top = _shape.Layers - 1;
        for (int l = 0; l < top; l++)
        {
            TLane* next = Tokens(l + 1);
            Copy(Tokens(l), next, count * width);
            for (int h = 0; h < _shape.Heads; h++)
            {
                TScalar* p = parameters + _shape.OffsetOfP(l, h);
                for (int first = 0; first < count; first += RowsAtOnce)
                {
                    int rows = Math.Min(RowsAtOnce, count - first);
                    TLane* means = Mean(l, h) + (first * width);
                    Weigh(p + _shape.MatrixSize, l, h, first, rows);
                    Gather(means, Weights(l, h, first), Tokens(l), kappa, rows, _scores, _context, width);
                    Move(next + (first * width), means, p, rows, D);
                }
            }
        }

        TLane prediction = Tokens(top)[(_context * width) + D];
        for (int h = 0; h < _shape.Heads; h++)
        {
            Weigh(parameters + _shape.OffsetOfQ(top, h), top, h, _context, 1);
            TLane* weights = Weights(top, h, _context);
            TLane sum = TLane.Zero;
            for (int m = 0; m < _context; m++)
            {
                TLane.Accumulate(weights[m], Tokens(top)[(m * width) + D], ref sum);
            }

            TLane.Accumulate(sum, kappa, ref prediction);
        }

        return prediction + prompts[count * width];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(TScalar* parameters, TLane residual, TLane overN)
    {
        TLane kappa = Kappa(overN);
        int width = D + 1;
        int count = _context + 1;
        int top = _shape.Layers - 1;
        new Span<TLane>(_bars, count * width).Clear();
        _bars[(_context * width) + D] = residual;
        new Span<TLane>(_barMeans, width).Clear();
        _barMeans[D] = residual * kappa;
        for (int h = 0; h < _shape.Heads; h++)
        {
            // The query's label is in no sum of its own layer, so the adjoints may be added to where they are read from.
            int offset = _shape.OffsetOfQ(top, h);
            BackwardRows(parameters + offset, Gradient + offset, top, h, _context, 1, _bars);
        }

        for (int l = top - 1; l >= 0; l--)
        {
            Copy(_bars, _barsBelow, count * width);
            for (int h = 0; h < _shape.Heads; h++)
            {
                int offset = _shape.OffsetOfP(l, h);
                AdjointOfP(Gradient + offset, _bars, Mean(l, h), count, D);
                AdjointOfMeans(_barMeans, _bars, parameters + offset, kappa, count, D);
                BackwardRows(parameters + offset + _shape.MatrixSize, Gradient + offset + _shape.MatrixSize, l, h, 0, count, _barsBelow);
            }

            Copy(_barsBelow, _bars, count * width);
        }
    }

    /// <summary>ρ and a of some tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(TScalar* q, int layer, int head, int first, int rows)
    {
        TLane* tokens = Tokens(layer);
        TLane* rotated = Rotated(layer, head, first);
        TLane* weights = Weights(layer, head, first);
        Rotate(rotated, tokens + (first * (D + 1)), q, rows, D);
        Score(weights, rotated, tokens, rows, _scores, D);
        Activate(weights, rows, _scores);
    }

    /// <summary>From o of some tokens: z̄ of all that they looked at, ρ̄, and with it Q̄ and their own x̄.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardRows(TScalar* q, TLane* barQ, int layer, int head, int first, int rows, TLane* bars)
    {
        int width = D + 1;
        TLane* tokens = Tokens(layer);
        TLane* weights = Weights(layer, head, first);
        for (int n = 0; n < rows; n += RowsAtOnce)
        {
            int few = Math.Min(RowsAtOnce, rows - n);
            TLane* barScores = _barScores + (n * _scores);
            AdjointOfWeights(barScores, _barMeans + (n * width), tokens, few, _scores, _context, width);
            AdjointOfScores(weights + (n * _scores), barScores, few, _scores, _context);
            AdjointOfRotated(_barRotated + (n * D), barScores, tokens, few, _scores, D);
        }

        HandDownMeans(bars, weights, _barMeans, rows, _scores, _context, width);
        HandDownScores(bars, _barScores, Rotated(layer, head, first), rows, _scores, D);
        AdjointOfQ(barQ, tokens + (first * width), _barRotated, rows, D);
        HandDownRotated(bars + (first * width), _barRotated, q, rows, D);
    }

    private static TLane Kappa(TLane overN) => TActivation.DividesByContext ? overN : TLane.One;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(TLane* from, TLane* to, int length)
        => new ReadOnlySpan<TLane>(from, length).CopyTo(new Span<TLane>(to, length));

    private static long RoomFor(LinearTransformerShape shape, int contextLength)
    {
        long count = contextLength + 1;
        long rows = shape.Layers * count;
        int d = shape.Dimension;
        return (rows * (d + 1)) + (rows * shape.Heads * (count + d + d + 1)) + (count * ((3 * (d + 1)) + count + d));
    }

    private TLane* Tokens(int layer) => _tokens + ((long)layer * (_context + 1) * (D + 1));

    private long Row(int layer, int head, int token) => ((((long)layer * _shape.Heads) + head) * (_context + 1)) + token;

    private TLane* Weights(int layer, int head, int token) => _weights + (Row(layer, head, token) * _scores);

    private TLane* Rotated(int layer, int head, int token) => _rotated + (Row(layer, head, token) * D);

    private TLane* Mean(int layer, int head) => _means + (Row(layer, head, 0) * (D + 1));
}
