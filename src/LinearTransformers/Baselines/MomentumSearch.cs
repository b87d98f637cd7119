using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>The search for the best step size and the best momentum together.</summary>
internal static class MomentumSearch
{
    private const int MomentumPoints = 20;

    /// <summary>
    /// The momentum β whose best step size loses least: the best of 0, 0.05, …, 0.95, refined by golden sections between its neighbours.
    /// </summary>
    /// <param name="bestAt">The best step size with a momentum.</param>
    /// <param name="tolerance">The relative width of the last bracket.</param>
    /// <param name="method">What is tuned, for the message.</param>
    /// <exception cref="ArithmeticException">No loss is finite.</exception>
    public static double Best(Func<double, BestStepSize> bestAt, double tolerance, string method)
    {
        double[] grid = [.. Enumerable.Range(0, MomentumPoints).Select(i => (double)i / MomentumPoints)];
        (int index, double loss) = StepSizeSearch.Least(grid, [.. grid.Select(beta => bestAt(beta).Loss)], method);
        double low = index == 0 ? 0 : grid[index - 1];
        double high = index == grid.Length - 1 ? grid[^1] : grid[index + 1];
        (double beta, double least) = GoldenSection.Minimize(beta => bestAt(beta).Loss, low, high, tolerance);
        return least < loss ? beta : grid[index];
    }
}
