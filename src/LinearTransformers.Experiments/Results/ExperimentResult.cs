namespace LinearTransformers.Experiments.Results;

/// <summary>What came of an experiment.</summary>
/// <param name="Experiment">Its name.</param>
/// <param name="Rows">The table: a line for each claim.</param>
/// <param name="Details">What the table sums up: a line for each published number.</param>
/// <param name="Figures">Paths of the figures, without extension.</param>
/// <param name="ResultsPath">The file that holds rows and details.</param>
public sealed record ExperimentResult(
    string Experiment, IReadOnlyList<ResultRow> Rows, IReadOnlyList<ResultRow> Details, IReadOnlyList<string> Figures, string ResultsPath)
{
    /// <summary>Whether any row falls short.</summary>
    public bool FallsShort => Rows.Any(row => row.Verdict is Verdict.Short);
}
