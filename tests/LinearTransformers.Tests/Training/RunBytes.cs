using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Training;

/// <summary>What two folders of the same run have in common, byte by byte.</summary>
internal static class RunBytes
{
    private const string State = "state.safetensors";

    /// <summary>Compares all that says nothing of where, when and in how many seconds a run was made.</summary>
    public static void AssertEqual(string expected, string actual)
    {
        foreach (string file in (string[])["config.json", "history.safetensors", "metrics.jsonl"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(expected, file)), File.ReadAllBytes(Path.Combine(actual, file)));
        }

        Assert.Equal(StateOf(expected), StateOf(actual));
        Assert.Equal(
            Directory.GetFiles(expected).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Directory.GetFiles(actual).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>All files, by name.</summary>
    public static Dictionary<string, byte[]> Of(string folder)
        => Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

    private static byte[] StateOf(string folder)
    {
        TensorFile state = TensorFile.Read(Path.Combine(folder, State));
        using MemoryStream bytes = new();
        TensorFile.Write(bytes, state.Tensors, new Dictionary<string, string>(state.Metadata) { ["seconds"] = "" });
        return bytes.ToArray();
    }
}
