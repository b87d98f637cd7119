using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>The search for a positive number, such as a constant step size, with which a loss is least.</summary>
internal static class StepSizeSearch
{
    private const int PointsPerDecade = 8;

    /// <summary>Losses with some numbers, in one pass over a batch.</summary>
    public delegate double[] Losses(double[] numbers);

    /// <summary>
    /// The first of least loss; a loss that is not a number is never the least.
    /// </summary>
    /// <param name="numbers">The numbers, ascending.</param>
    /// <param name="losses">Their losses.</param>
    /// <param name="method">What is tuned, for the message.</param>
    /// <exception cref="ArithmeticException">No loss is finite.</exception>
    public static (int Index, double Loss) Least(ReadOnlySpan<double> numbers, ReadOnlySpan<double> losses, string method)
    {
        (int index, double least) = (-1, double.PositiveInfinity);
        for (int i = 0; i < numbers.Length; i++)
        {
            if (losses[i] < least)
            {
                (index, least) = (i, losses[i]);
            }
        }

        return index >= 0
            ? (index, least)
            : throw new ArithmeticException(
                $"{method} diverges with each of the {numbers.Length} values from {numbers[0]} to {numbers[^1]}");
    }

    /// <summary>
    /// The best of a grid, eight numbers to the decade, is found in one pass and refined by golden sections between its neighbours, unless
    /// it is at an edge.
    /// </summary>
    /// <param name="scale">A number of the right size.</param>
    /// <param name="decadesBelow">Where the grid begins: so many powers of ten below it.</param>
    /// <param name="decadesAbove">Where the grid ends.</param>
    /// <param name="losses">Computes losses.</param>
    /// <param name="tolerance">The relative width of the last bracket.</param>
    /// <param name="method">What is tuned, for the message.</param>
    /// <exception cref="ArithmeticException">No loss is finite.</exception>
    public static BestStepSize Best(double scale, int decadesBelow, int decadesAbove, Losses losses, double tolerance, string method)
    {
        double[] grid = new double[((decadesBelow + decadesAbove) * PointsPerDecade) + 1];
        for (int i = 0; i < grid.Length; i++)
        {
            grid[i] = scale * Math.Pow(10, ((double)i / PointsPerDecade) - decadesBelow);
        }

        (int index, double loss) = Least(grid, losses(grid), method);
        if (index == 0 || index == grid.Length - 1)
        {
            return new BestStepSize(grid[index], loss, AtEdge: true);
        }

        (double number, double least) = GoldenSection.Minimize(one => losses([one])[0], grid[index - 1], grid[index + 1], tolerance);
        return least < loss ? new BestStepSize(number, least, AtEdge: false) : new BestStepSize(grid[index], loss, AtEdge: false);
    }
}
