using System.Text.Json;

namespace LinearTransformers.Experiments.Published;

/// <summary>Numbers printed in or read off the published figures.</summary>
internal static class PublishedFigures
{
    /// <summary>An experiment's list or matrix of numbers, row by row.</summary>
    public static double[] Numbers(string experiment, string name)
    {
        using JsonDocument json = JsonDocument.Parse(PublishedFile.ReadText("figures.json"));
        return [.. Flatten(json.RootElement.GetProperty(experiment).GetProperty(name))];
    }

    /// <summary>A single number of an experiment.</summary>
    public static double Number(string experiment, string name) => Numbers(experiment, name)[0];

    private static IEnumerable<double> Flatten(JsonElement element)
        => element.ValueKind is JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flatten) : [element.GetDouble()];
}
