using System.Text.Json;

namespace LinearTransformers.Experiments.Published;

/// <summary>Numbers printed in or read off the published figures.</summary>
internal static class PublishedFigures
{
    /// <summary>A list or matrix of numbers, row by row.</summary>
    /// <param name="path">Names of properties from the outermost: the experiment first.</param>
    public static double[] Numbers(params ReadOnlySpan<string> path)
    {
        using JsonDocument json = JsonDocument.Parse(PublishedFile.ReadText("figures.json"));
        JsonElement element = json.RootElement;
        foreach (string name in path)
        {
            element = element.GetProperty(name);
        }

        return [.. Flatten(element)];
    }

    /// <summary>A single number of an experiment.</summary>
    public static double Number(string experiment, string name) => Numbers(experiment, name)[0];

    private static IEnumerable<double> Flatten(JsonElement element)
        => element.ValueKind is JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flatten) : [element.GetDouble()];
}
