using System.Text.Json;

namespace LinearTransformers.Experiments.Published;

/// <summary>Numbers printed in or read off the published figures.</summary>
internal static class PublishedFigures
{
    /// <summary>A matrix of an experiment, row by row, with two decimals.</summary>
    public static double[] Matrix(string experiment, string name)
    {
        using JsonDocument json = JsonDocument.Parse(PublishedFile.ReadText("figures.json"));
        return [.. json.RootElement.GetProperty(experiment).GetProperty(name).EnumerateArray()
            .SelectMany(row => row.EnumerateArray()).Select(entry => entry.GetDouble())];
    }
}
