using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>Evaluations as a table: names, in the order of JSON's keys, and the values of each row.</summary>
public static class EvaluationTable
{
    /// <summary>The columns.</summary>
    public static IReadOnlyList<(string Name, Func<EvaluationRow, object?> Value)> Columns { get; } =
    [
        ("run", row => row.Run),
        ("iteration", row => row.Iteration),
        ("method", row => row.Method),
        ("layer", row => row.Layer),
        ("family", row => row.Family),
        ("weight", row => row.Weight),
        ("N", row => row.N),
        ("d", row => row.D),
        ("noise", row => row.Noise),
        ("noiseLaw", row => row.NoiseLaw),
        ("covariates", row => row.Covariates),
        ("covariance", row => row.Covariance),
        ("tasks", row => row.Tasks),
        ("taskCovariance", row => row.TaskCovariance),
        ("xScale", row => row.XScale),
        ("prompts", row => row.Prompts),
        ("loss", row => row.Loss),
        ("standardError", row => row.StandardError),
        ("exact", row => row.Exact),
        ("difference", row => row.Difference),
        ("differenceError", row => row.DifferenceError),
        ("predictionDifference", row => row.PredictionDifference),
        ("predictionDifferenceError", row => row.PredictionDifferenceError),
        ("sensitivityDifference", row => row.SensitivityDifference),
        ("sensitivityDifferenceError", row => row.SensitivityDifferenceError),
        ("cosine", row => row.Cosine),
        ("cosineError", row => row.CosineError),
    ];

    /// <summary>An observation a row; what is missing is empty.</summary>
    public static PlotTable Of(IEnumerable<EvaluationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        PlotTable table = new([.. Columns.Select(column => column.Name)]);
        foreach (EvaluationRow row in rows)
        {
            table.Add([.. Columns.Select(column => column.Value(row) ?? "")]);
        }

        return table;
    }
}
