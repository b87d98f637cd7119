using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>Finds the folders of runs.</summary>
public static class RunFolders
{
    /// <summary>The runs that some folders hold, or that lie below them at any depth; a folder named twice is there once.</summary>
    /// <exception cref="RunDirectoryException">A folder holds none.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> folders)
        => [.. folders.SelectMany(Find).DistinctBy(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))];

    private static IEnumerable<string> Find(string folder)
    {
        if (RunDirectory.IsRun(folder))
        {
            return [folder];
        }

        if (!Directory.Exists(folder))
        {
            string what = folder.Length == 0 ? "a run's folder is empty" : File.Exists(folder) ? $"{folder} is a file" : $"there is no folder {folder}";
            throw new RunDirectoryException($"{what}: it must be a run's, or one with runs below it");
        }

        try
        {
            string[] below = [.. Below(folder)];
            return below.Length > 0 ? below : throw new RunDirectoryException($"{folder} holds no run: it must be a run's folder, or one with runs below it");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RunDirectoryException($"{folder} cannot be searched for runs: {exception.Message}", exception);
        }
    }

    /// <summary>Runs at any depth, in the order of their names. Links to folders are followed to a run, but no further: they may lead back.</summary>
    private static IEnumerable<string> Below(string folder)
        => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).SelectMany(
            next => RunDirectory.IsRun(next) ? [next] : new DirectoryInfo(next).LinkTarget is null ? Below(next) : []);
}
