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
                TLane.Accumulate(x[i], TLane.Broadcast(q[(i * d) + j]), ref sum);
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
                TLane.Accumulate(r2, tokens[2], ref sum);
                TLane.Accumulate(r3, tokens[3], ref sum);
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
                    TLane.Accumulate(rotated[i], tokens[i], ref sum);
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
                TLane.Accumulate(a, tokens[0], ref c0);
                TLane.Accumulate(a, tokens[1], ref c1);
                TLane.Accumulate(a, tokens[2], ref c2);
                TLane.Accumulate(a, tokens[3], ref c3);
                TLane.Accumulate(a, tokens[4], ref c4);
                TLane.Accumulate(a, tokens[5], ref c5);
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
                TLane.Accumulate(weights[m], tokens[(m * width) + i], ref sum);
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
                TLane.Accumulate(mean[j], TLane.Broadcast(p[(i * d) + j]), ref sum);
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
                TLane.Accumulate(bar[i], TLane.Broadcast(p[(i * d) + j]), ref sum);
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
                TLane.Accumulate(barRotated[j], TLane.Broadcast(q[(i * d) + j]), ref sum);
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
                TLane.Accumulate(o2, tokens[2], ref sum);
                TLane.Accumulate(o3, tokens[3], ref sum);
                TLane.Accumulate(o4, tokens[4], ref sum);
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
                TLane.Accumulate(o[i], tokens[i], ref sum);
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
                TLane.Accumulate(s, tokens[0], ref r0);
                TLane.Accumulate(s, tokens[1], ref r1);
                TLane.Accumulate(s, tokens[2], ref r2);
                TLane.Accumulate(s, tokens[3], ref r3);
                TLane.Accumulate(s, tokens[4], ref r4);
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
