using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <content>The search for the best constant step size.</content>
public sealed partial class GradientDescent<T>
{
    private const int DecadesBelow = 4;
    private const int DecadesAbove = 3;
    private const string Method = "gradient descent";

    /// <summary>
    /// The best of some step sizes, as the published code tunes; of equal ones the first, and a loss that is not a
    /// number is never the best. One pass over the batch.
    /// </summary>
    /// <param name="stepSizes">The grid, ascending.</param>
    /// <param name="steps">L ≥ 1.</param>
    /// <param name="statistics">The batch.</param>
    /// <exception cref="ArithmeticException">No loss is finite.</exception>
    public BestStepSize BestOnGrid(ReadOnlySpan<double> stepSizes, int steps, GramStatistics<T> statistics)
    {
        (int index, double loss) = StepSizeSearch.Least(stepSizes, LastLosses([.. stepSizes], steps, statistics), Method);
        return new BestStepSize(stepSizes[index], loss, index == 0 || index == stepSizes.Length - 1);
    }

    /// <summary>
    /// The best positive step size. With η_1 the best size of a single step, the best point of a grid from
    /// 10⁻⁴ η_1 to 10³ η_1, eight to the decade, is found in one pass and refined by golden sections between its
    /// neighbours. The loss is a polynomial of degree 2L in η; two minima within a quarter of a decade, or one outside
    /// the grid, would be missed (the latter is reported).
    /// </summary>
    /// <param name="steps">L ≥ 1.</param>
    /// <param name="statistics">The batch.</param>
    /// <param name="tolerance">
    /// The relative width of the last bracket around η. Roundings of the loss hide the minimum within about 10⁻³ η in
    /// single and 10⁻⁷ η in double precision, where the loss differs from the least by as little as they do.
    /// </param>
    public BestStepSize Best(int steps, GramStatistics<T> statistics, double tolerance = 1e-6)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        BestStepSize single = BestSingleStep(statistics);
        return single.StepSize == 0
            ? single with { AtEdge = true }
            : StepSizeSearch.Best(
                Math.Abs(single.StepSize), DecadesBelow, DecadesAbove, sizes => LastLosses(sizes, steps, statistics), tolerance, Method);
    }

    /// <summary>
    /// The best size of a single step in closed form: the residual is y − η s with s = x_qᵀ M g, so
    /// <code>
    /// η = E y s / E s² ,    loss = E y² − (E y s)² / E s² .
    /// </code>
    /// η is negative where labels go against the examples, and 0 where no step changes anything.
    /// </summary>
    /// <param name="statistics">The batch.</param>
    public BestStepSize BestSingleStep(GramStatistics<T> statistics)
    {
        BatchCheck.Fits(Dimension, statistics);
        double[] sums = BundleLoop.Sums(statistics, 3, new SingleStepKernels(Dimension, _knownDimension, _preconditioner), _team, _width);
        (double labelSquared, double labelTimesStep, double stepSquared)
            = (sums[0] / statistics.BatchSize, sums[1] / statistics.BatchSize, sums[2] / statistics.BatchSize);
        double stepSize = stepSquared > 0 ? labelTimesStep / stepSquared : 0;
        return new BestStepSize(stepSize, labelSquared - (stepSize * labelTimesStep), AtEdge: false);
    }

    /// <summary>The losses after the last step of each constant step size.</summary>
    private double[] LastLosses(double[] stepSizes, int steps, GramStatistics<T> statistics)
    {
        double[,] losses = Losses(stepSizes, steps, statistics);
        return [.. Enumerable.Range(0, stepSizes.Length).Select(i => losses[i, steps - 1])];
    }
}
