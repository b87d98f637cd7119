namespace LinearTransformers.Baselines;

/// <summary>
/// The search for the factor and the maximum of an estimated noise with which a loss is least. Penalties are min(a σ̂², m)/N: a decides on
/// prompts below the maximum and m on those above it, so that the two hardly depend on one another.
/// </summary>
/// <remarks>
/// A grid of factors from 10⁻² to 10², and of maxima from 10⁻⁴ to 10² times the mean estimate, eight to the decade, is scored in one pass
/// over the batch. Then the best point has eight neighbours, at first as far as those of the grid: the best of the nine is the next one,
/// and where that is the middle they move together by half.
/// </remarks>
internal static class FactorSearch
{
    private const int PointsPerDecade = 8;
    private const int DecadesOfFactors = 2;
    private const int DecadesBelow = 4;
    private const int DecadesAbove = 2;
    private const double Tolerance = 1e-6;

    /// <summary>Losses with some pairs of a factor and a maximum, in one pass over a batch.</summary>
    public delegate double[] Losses((double Factor, double Maximum)[] pairs);

    /// <summary>The best pair.</summary>
    /// <param name="scale">The mean estimate.</param>
    /// <param name="factor">The factor, where it is given.</param>
    /// <param name="maximum">The maximum, where it is given.</param>
    /// <param name="losses">Computes losses.</param>
    /// <exception cref="ArithmeticException">No loss is finite.</exception>
    public static (double Factor, double Maximum) Best(double scale, double? factor, double? maximum, Losses losses)
    {
        if (scale == 0)
        {
            return (factor ?? 1, maximum ?? 0);
        }

        double[] factors = factor is { } a ? [a] : Grid(1, DecadesOfFactors, DecadesOfFactors);
        double[] maxima = maximum is { } m ? [m] : Grid(scale, DecadesBelow, DecadesAbove);
        ((double Factor, double Maximum) best, double least) = Least([.. from x in factors from y in maxima select (x, y)], losses);
        double ratio = Math.Pow(10, 1.0 / PointsPerDecade);
        while (ratio - 1 > Tolerance)
        {
            double[] steps = [1 / ratio, 1, ratio];
            ((double Factor, double Maximum) next, double loss) = Least(
                [
                    .. from x in steps
                       from y in steps
                       select (Math.Clamp(best.Factor * x, factors[0], factors[^1]), Math.Clamp(best.Maximum * y, maxima[0], maxima[^1])),
                ],
                losses);
            if (loss < least)
            {
                (best, least) = (next, loss);
            }
            else
            {
                ratio = Math.Sqrt(ratio);
            }
        }

        return best;
    }

    private static double[] Grid(double scale, int below, int above)
        => [.. Enumerable.Range(0, ((below + above) * PointsPerDecade) + 1)
            .Select(i => scale * Math.Pow(10, ((double)i / PointsPerDecade) - below))];

    /// <summary>The first pair of least loss.</summary>
    private static ((double Factor, double Maximum) Pair, double Loss) Least((double Factor, double Maximum)[] pairs, Losses losses)
    {
        (int index, double least) = (-1, double.PositiveInfinity);
        double[] all = losses(pairs);
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] < least)
            {
                (index, least) = (i, all[i]);
            }
        }

        return index >= 0
            ? (pairs[index], least)
            : throw new ArithmeticException($"ridge regression has no finite loss with any of {pairs.Length} penalties");
    }
}
