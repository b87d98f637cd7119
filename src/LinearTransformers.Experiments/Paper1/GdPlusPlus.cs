using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>Comparisons with the optimum of GD++: layers that are multiples of the identity.</summary>
internal static class GdPlusPlus
{
    /// <summary>
    /// Mean diagonals against those printed in the published figure, of a run, and those of the optimum. The published data came
    /// from other prompts, so numbers agree in distribution: a run may be from the mean of ours by two errors, of the seeds' spread and of
    /// the digits printed.
    /// </summary>
    public static IEnumerable<ResultRow> CompareScales(
        string experiment,
        string published,
        IEnumerable<PaperMatrix> matrices,
        Func<PaperMatrix, double[]> meanDiagonals,
        GradientDescentPlusPlusOptimum optimum,
        bool isFullScale)
    {
        const int Decimals = 2;
        foreach (PaperMatrix matrix in matrices)
        {
            double[] seeds = meanDiagonals(matrix);
            Seeds ours = Seeds.OfValues(seeds);
            (double mean, double spread) = (ours.Mean[0], ours.Deviation[0]);
            double there = PublishedFigures.Numbers(published, $"{matrix.Name}_diagonal").Average();
            double exact = matrix.IsQuery ? optimum.QueryScales[matrix.Name[1] - '0'] : optimum.ValueScales[matrix.Name[1] - '0'];

            // Entries of a diagonal lie close together and are rounded the same way: their mean is no better known than one of them.
            double tolerance = MeanTolerance.Of((spread, seeds.Length), (spread, 1), (MeanTolerance.OfDecimals(Decimals), 1));
            yield return new ResultRow(
                experiment,
                $"{matrix.Name}, mean of the diagonal over {Counted.Of(seeds.Length, "seed")} (their spread is {spread:G2})",
                there,
                exact,
                mean,
                FormattableString.Invariant($"±{tolerance:0.0000}, two errors"),
                Judge.Of(Math.Abs(mean - there) <= tolerance, isFullScale && seeds.Length > 1));
        }
    }
}
