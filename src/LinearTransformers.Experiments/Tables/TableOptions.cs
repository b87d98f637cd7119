namespace LinearTransformers.Experiments.Tables;

/// <summary>What is asked of a figure of a table.</summary>
public sealed record TableOptions
{
    /// <summary>The column along the horizontal axis; null for the one that varies most.</summary>
    public string? X { get; init; }

    /// <summary>The column of the values; null for the figure's own.</summary>
    public string? Y { get; init; }

    /// <summary>The column whose values have a line, or a row of a map, each; null for the next one that varies.</summary>
    public string? By { get; init; }

    /// <summary>Rows that are drawn: for each column named, its values.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Where { get; init; } = [];
}
