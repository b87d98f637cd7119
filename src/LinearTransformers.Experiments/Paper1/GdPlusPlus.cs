using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>Comparisons with the optimum of GD++: layers that are multiples of the identity.</summary>
internal static class GdPlusPlus
{
    /// <summary>
    /// Mean diagonals against those printed in the published figure and those of the optimum. The published data came
    /// from a generator on the GPU, so numbers agree in distribution: to 0.03 of the entry's size, or 0.03.
    /// </summary>
    public static IEnumerable<ResultRow> CompareScales(
        string experiment,
        string published,
        IEnumerable<PaperMatrix> matrices,
        Func<PaperMatrix, double[]> meanDiagonals,
        GradientDescentPlusPlusOptimum optimum,
        bool isFullScale)
    {
        const double Share = 0.03;
        foreach (PaperMatrix matrix in matrices)
        {
            double[] seeds = meanDiagonals(matrix);
            double mean = seeds.Average();
            double spread = seeds.Length < 2 ? 0 : Math.Sqrt(seeds.Sum(s => (s - mean) * (s - mean)) / (seeds.Length - 1));
            double there = PublishedFigures.Numbers(published, $"{matrix.Name}_diagonal").Average();
            double exact = matrix.IsQuery ? optimum.QueryScales[matrix.Name[1] - '0'] : optimum.ValueScales[matrix.Name[1] - '0'];
            double tolerance = Share * Math.Max(1, Math.Abs(there));
            yield return new ResultRow(
                experiment,
                $"{matrix.Name}, mean of the diagonal over {Counted.Of(seeds.Length, "seed")} (their spread is {spread:G2})",
                there,
                exact,
                mean,
                $"±{tolerance:0.00}",
                Judge.Of(Math.Abs(mean - there) <= tolerance, isFullScale));
        }
    }
}
