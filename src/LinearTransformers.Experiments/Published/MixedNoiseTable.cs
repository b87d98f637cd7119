using System.Text.Json;

namespace LinearTransformers.Experiments.Published;

/// <summary>
/// Table 1 of Vladymyrov, von Oswald, Sandler, Ge, <i>Linear transformers are versatile in-context learners</i>, 2024 (arXiv 2402.14180):
/// half the loss, less half that of ridge regression that knows σ of each prompt; the best of five seeds after 200,000 iterations.
/// </summary>
internal sealed class MixedNoiseTable
{
    private readonly Dictionary<(string Who, int Layers, string Noise), double> _cells = [];

    private MixedNoiseTable()
    {
        using JsonDocument json = JsonDocument.Parse(PublishedFile.ReadText("mixed_noise_table.json"));
        foreach (JsonElement cell in json.RootElement.GetProperty("cells").EnumerateArray())
        {
            bool isBaseline = cell.TryGetProperty("baseline", out JsonElement who);
            _cells[(
                (isBaseline ? who : cell.GetProperty("model")).GetString()!,
                isBaseline ? 0 : cell.GetProperty("layers").GetInt32(),
                cell.GetProperty("noise").GetString()!)] = cell.GetProperty("value").GetDouble();
        }
    }

    /// <summary>The table.</summary>
    public static MixedNoiseTable Read() => new();

    /// <summary>A model's value; null where the table has none.</summary>
    /// <param name="model">gd++, diag or full.</param>
    /// <param name="layers">From 1 to 7.</param>
    /// <param name="noise">U0 to U7, C135.</param>
    public double? Of(string model, int layers, string noise)
        => _cells.TryGetValue((model, layers, noise), out double value) ? value : null;

    /// <summary>A baseline's value; null where the table has none.</summary>
    /// <param name="baseline">constrr, adarr or tunedrr.</param>
    /// <param name="noise">U0 to U7, C135.</param>
    public double? Of(string baseline, string noise) => Of(baseline, 0, noise);
}
