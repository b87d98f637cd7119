using System.Text.Json;

namespace LinearTransformers.Tests.Golden;

/// <summary>Reads the reference values beside the tests.</summary>
internal static class GoldenFile
{
    public static JsonElement Read(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    public static float[] Floats(this JsonElement element, string property)
        => [.. element.GetProperty(property).EnumerateArray().Select(x => (float)x.GetDouble())];

    public static double[] Doubles(this JsonElement element, string property)
        => [.. element.GetProperty(property).EnumerateArray().Select(x => x.GetDouble())];

    public static int Int(this JsonElement element, string property) => element.GetProperty(property).GetInt32();

    public static double Double(this JsonElement element, string property) => element.GetProperty(property).GetDouble();

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    /// <summary>A property of every case of a file.</summary>
    public static IEnumerable<string> TextsOf(string name, string property)
        => Read(name).EnumerateArray().Select(golden => golden.Text(property));

    /// <summary>An array of numbers, or null where the file says null.</summary>
    public static float[]? FloatsOrNull(this JsonElement element, string property)
        => element.GetProperty(property).ValueKind == JsonValueKind.Null ? null : element.Floats(property);
}
