namespace LinearTransformers.Tests.Training;

/// <summary>Small run folders that an earlier version of the program wrote.</summary>
internal static class GoldenRun
{
    /// <summary>The folders' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["adam-finished", "adam-unfinished", "sgd-finished", "sgd-unfinished", "diverged", "imported"];

    /// <summary>Copies one, so that it may be written.</summary>
    public static void Copy(string name, string path)
    {
        Directory.CreateDirectory(path);
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden", "runs-1", name)))
        {
            File.Copy(file, Path.Combine(path, Path.GetFileName(file)));
        }
    }
}
