using System.Runtime.CompilerServices;

namespace LinearTransformers.Kernels;

/// <content>
/// The lines of the derivation for one token. Each has a way for five dimensions that keeps a token in registers, and one for any; sums are in
/// the same order in both.
/// </content>
internal sealed unsafe partial class AttentionPass<TLane, TScalar, TDim, TActivation>
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>ρ = Q̂ᵀ x and a = σ(ρᵀ X) of a token.</summary>
    [MethodImpl(Apart)]
    private void Weigh(TScalar* q, int layer, int head, int n)
    {
        int d = D;
        int width = d + 1;
        TLane* tokens = Tokens(layer);
        TLane* x = tokens + (n * width);
        TLane* rotated = Rotated(layer, head, n);
        TLane* scores = Weights(layer, head, n);
        for (int j = 0; j < d; j++)
        {
            TLane sum = x[0] * TLane.Broadcast(q[j]);
            for (int i = 1; i < d; i++)
            {
                sum = TLane.FusedMultiplyAdd(x[i], TLane.Broadcast(q[(i * d) + j]), sum);
            }

            rotated[j] = sum;
        }

        if (TDim.Known == 5)
        {
            TLane r0 = rotated[0];
            TLane r1 = rotated[1];
            TLane r2 = rotated[2];
            TLane r3 = rotated[3];
            TLane r4 = rotated[4];
            for (int m = 0; m < _scores; m++, tokens += 6)
            {
                TLane sum = TLane.FusedMultiplyAdd(r1, tokens[1], r0 * tokens[0]);
                sum = TLane.FusedMultiplyAdd(r2, tokens[2], sum);
                sum = TLane.FusedMultiplyAdd(r3, tokens[3], sum);
                scores[m] = TLane.FusedMultiplyAdd(r4, tokens[4], sum);
            }
        }
        else
        {
            for (int m = 0; m < _scores; m++, tokens += width)
            {
                TLane sum = rotated[0] * tokens[0];
                for (int i = 1; i < d; i++)
                {
                    sum = TLane.FusedMultiplyAdd(rotated[i], tokens[i], sum);
                }

                scores[m] = sum;
            }
        }

        TActivation.Activate(scores, _scores);
    }

    /// <summary>c = (1/N) Σ_m a_m z_m.</summary>
    [MethodImpl(Apart)]
    private void Gather(TLane* weights, TLane* tokens, TLane* mean, TLane overN)
    {
        if (TDim.Known == 5)
        {
            TLane c0 = TLane.Zero;
            TLane c1 = TLane.Zero;
            TLane c2 = TLane.Zero;
            TLane c3 = TLane.Zero;
            TLane c4 = TLane.Zero;
            TLane c5 = TLane.Zero;
            for (int m = 0; m < _context; m++, tokens += 6)
            {
                TLane a = weights[m];
                c0 = TLane.FusedMultiplyAdd(a, tokens[0], c0);
                c1 = TLane.FusedMultiplyAdd(a, tokens[1], c1);
                c2 = TLane.FusedMultiplyAdd(a, tokens[2], c2);
                c3 = TLane.FusedMultiplyAdd(a, tokens[3], c3);
                c4 = TLane.FusedMultiplyAdd(a, tokens[4], c4);
                c5 = TLane.FusedMultiplyAdd(a, tokens[5], c5);
            }

            mean[0] = c0 * overN;
            mean[1] = c1 * overN;
            mean[2] = c2 * overN;
            mean[3] = c3 * overN;
            mean[4] = c4 * overN;
            mean[5] = c5 * overN;
            return;
        }

        int width = D + 1;
        for (int i = 0; i < width; i++)
        {
            TLane sum = TLane.Zero;
            for (int m = 0; m < _context; m++)
            {
                sum = TLane.FusedMultiplyAdd(weights[m], tokens[(m * width) + i], sum);
            }

            mean[i] = sum * overN;
        }
    }

    /// <summary>z += (P̂ c^x, c^y).</summary>
    [MethodImpl(Apart)]
    private void Move(TScalar* p, TLane* mean, TLane* token)
    {
        int d = D;
        for (int i = 0; i < d; i++)
        {
            TLane sum = token[i];
            for (int j = 0; j < d; j++)
            {
                sum = TLane.FusedMultiplyAdd(mean[j], TLane.Broadcast(p[(i * d) + j]), sum);
            }

            token[i] = sum;
        }

        token[d] += mean[d];
    }

    /// <summary>P̄ += x̄ c^xᵀ, and o = (1/N) (P̂ᵀ x̄, ȳ) into the row.</summary>
    [MethodImpl(Apart)]
    private void AdjointOfMove(TScalar* p, TLane* barP, TLane* mean, TLane* bar, TLane overN)
    {
        int d = D;
        for (int j = 0; j < d; j++)
        {
            TLane sum = TLane.Zero;
            for (int i = 0; i < d; i++)
            {
                barP[(i * d) + j] = TLane.FusedMultiplyAdd(bar[i], mean[j], barP[(i * d) + j]);
                sum = TLane.FusedMultiplyAdd(bar[i], TLane.Broadcast(p[(i * d) + j]), sum);
            }

            _row[j] = sum * overN;
        }

        _row[d] = bar[d] * overN;
    }

    /// <summary>From o of a token: z̄ of all that it looked at, ρ̄, and with it Q̄ and its own x̄.</summary>
    [MethodImpl(Apart)]
    private void BackwardRow(TScalar* q, TLane* barQ, int layer, int head, int n, TLane* o, TLane* bars)
    {
        int d = D;
        int width = d + 1;
        TLane* tokens = Tokens(layer);
        TLane* weights = Weights(layer, head, n);
        TLane* rotated = Rotated(layer, head, n);
        TLane* barRotated = _row + width;
        AdjointOfWeights(tokens, o);
        TActivation.Adjoint(weights, _barScores, _scores, _context);
        HandDown(tokens, weights, o, rotated, barRotated, bars);
        TLane* x = tokens + (n * width);
        TLane* bar = bars + (n * width);
        for (int i = 0; i < d; i++)
        {
            TLane sum = bar[i];
            for (int j = 0; j < d; j++)
            {
                barQ[(i * d) + j] = TLane.FusedMultiplyAdd(x[i], barRotated[j], barQ[(i * d) + j]);
                sum = TLane.FusedMultiplyAdd(barRotated[j], TLane.Broadcast(q[(i * d) + j]), sum);
            }

            bar[i] = sum;
        }
    }

    /// <summary>ā_m = oᵀ z_m.</summary>
    [MethodImpl(Apart)]
    private void AdjointOfWeights(TLane* tokens, TLane* o)
    {
        if (TDim.Known == 5)
        {
            TLane o0 = o[0];
            TLane o1 = o[1];
            TLane o2 = o[2];
            TLane o3 = o[3];
            TLane o4 = o[4];
            TLane o5 = o[5];
            for (int m = 0; m < _context; m++, tokens += 6)
            {
                TLane sum = TLane.FusedMultiplyAdd(o1, tokens[1], o0 * tokens[0]);
                sum = TLane.FusedMultiplyAdd(o2, tokens[2], sum);
                sum = TLane.FusedMultiplyAdd(o3, tokens[3], sum);
                sum = TLane.FusedMultiplyAdd(o4, tokens[4], sum);
                _barScores[m] = TLane.FusedMultiplyAdd(o5, tokens[5], sum);
            }

            return;
        }

        int width = D + 1;
        for (int m = 0; m < _context; m++, tokens += width)
        {
            TLane sum = o[0] * tokens[0];
            for (int i = 1; i < width; i++)
            {
                sum = TLane.FusedMultiplyAdd(o[i], tokens[i], sum);
            }

            _barScores[m] = sum;
        }
    }

    /// <summary>z̄_m += a_m o + (s̄_m ρ, 0) and ρ̄ = Σ_m s̄_m x_m.</summary>
    [MethodImpl(Apart)]
    private void HandDown(TLane* tokens, TLane* weights, TLane* o, TLane* rotated, TLane* barRotated, TLane* bars)
    {
        int m = 0;
        if (TDim.Known == 5)
        {
            TLane r0 = TLane.Zero;
            TLane r1 = TLane.Zero;
            TLane r2 = TLane.Zero;
            TLane r3 = TLane.Zero;
            TLane r4 = TLane.Zero;
            for (; m < _context; m++, tokens += 6, bars += 6)
            {
                TLane a = weights[m];
                TLane s = _barScores[m];
                bars[0] = TLane.FusedMultiplyAdd(s, rotated[0], TLane.FusedMultiplyAdd(a, o[0], bars[0]));
                bars[1] = TLane.FusedMultiplyAdd(s, rotated[1], TLane.FusedMultiplyAdd(a, o[1], bars[1]));
                bars[2] = TLane.FusedMultiplyAdd(s, rotated[2], TLane.FusedMultiplyAdd(a, o[2], bars[2]));
                bars[3] = TLane.FusedMultiplyAdd(s, rotated[3], TLane.FusedMultiplyAdd(a, o[3], bars[3]));
                bars[4] = TLane.FusedMultiplyAdd(s, rotated[4], TLane.FusedMultiplyAdd(a, o[4], bars[4]));
                bars[5] = TLane.FusedMultiplyAdd(a, o[5], bars[5]);
                r0 = TLane.FusedMultiplyAdd(s, tokens[0], r0);
                r1 = TLane.FusedMultiplyAdd(s, tokens[1], r1);
                r2 = TLane.FusedMultiplyAdd(s, tokens[2], r2);
                r3 = TLane.FusedMultiplyAdd(s, tokens[3], r3);
                r4 = TLane.FusedMultiplyAdd(s, tokens[4], r4);
            }

            barRotated[0] = r0;
            barRotated[1] = r1;
            barRotated[2] = r2;
            barRotated[3] = r3;
            barRotated[4] = r4;
        }
        else
        {
            int d = D;
            new Span<TLane>(barRotated, d).Clear();
            for (; m < _context; m++, tokens += d + 1, bars += d + 1)
            {
                TLane a = weights[m];
                TLane s = _barScores[m];
                for (int i = 0; i < d; i++)
                {
                    bars[i] = TLane.FusedMultiplyAdd(s, rotated[i], TLane.FusedMultiplyAdd(a, o[i], bars[i]));
                    barRotated[i] = TLane.FusedMultiplyAdd(s, tokens[i], barRotated[i]);
                }

                bars[d] = TLane.FusedMultiplyAdd(a, o[d], bars[d]);
            }
        }

        // The query's score, where there is one: it has no weight in a sum.
        for (; m < _scores; m++)
        {
            TLane s = _barScores[m];
            for (int i = 0; i < D; i++)
            {
                bars[i] = TLane.FusedMultiplyAdd(s, rotated[i], bars[i]);
                barRotated[i] = TLane.FusedMultiplyAdd(s, tokens[i], barRotated[i]);
            }
        }
    }
}
