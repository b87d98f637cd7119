namespace LinearTransformers.Tests.Training;

/// <summary>Small run folders that earlier versions of the program wrote.</summary>
internal static class GoldenRun
{
    /// <summary>The names of the folders of version 1.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["adam-finished", "adam-unfinished", "sgd-finished", "sgd-unfinished", "diverged", "imported"];

    /// <summary>Copies one, so that it may be written.</summary>
    public static void Copy(string name, string path, int version = 1)
    {
        Directory.CreateDirectory(path);
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden", $"runs-{version}", name)))
        {
            File.Copy(file, Path.Combine(path, Path.GetFileName(file)));
        }
    }
}
