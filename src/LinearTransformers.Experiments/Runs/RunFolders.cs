using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>Finds the folders of runs.</summary>
public static class RunFolders
{
    /// <summary>The runs that some folders hold, or that lie below them at any depth; a folder named twice is there once.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="onLeftOut">
    /// Called with a line for each folder below them that cannot be searched, which is then left out; null to refuse it.
    /// </param>
    /// <exception cref="RunDirectoryException">A folder holds none, or cannot be searched.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> folders, Action<string>? onLeftOut = null)
        => [.. folders.SelectMany(folder => Find(folder, onLeftOut))
            .DistinctBy(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))];

    /// <summary>
    /// The same at this moment, where more may come: a folder that holds none yet, or is not there yet, has none, and one that cannot be
    /// searched neither.
    /// </summary>
    public static IReadOnlyList<string> FindSoFar(IReadOnlyList<string> folders)
        => [.. folders.SelectMany(folder => RunDirectory.IsRun(folder) ? [folder] : Below(folder, Ignore, Ignore))
            .DistinctBy(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))];

    private static void Ignore(string problem)
    {
    }

    private static IEnumerable<string> Find(string folder, Action<string>? onLeftOut)
    {
        if (RunDirectory.IsRun(folder))
        {
            return [folder];
        }

        if (!Directory.Exists(folder))
        {
            string what = folder.Length == 0 ? "a run's folder is empty" : File.Exists(folder) ? $"{folder} is a file"
                : $"there is no folder {folder}";
            throw new RunDirectoryException($"{what}: it must be a run's, or one with runs below it");
        }

        string[] below = [.. Below(folder, null, onLeftOut)];
        return below.Length > 0 ? below : throw new RunDirectoryException(
            $"{folder} holds no run: it must be a run's folder, or one with runs below it");
    }

    /// <summary>
    /// Runs at any depth, in the order of their names. Links to folders are followed to a run, but no further: they may lead back.
    /// </summary>
    private static IEnumerable<string> Below(string folder, Action<string>? onUnreadable, Action<string>? onLeftOut)
    {
        string[] folders;
        try
        {
            folders = Directory.GetDirectories(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string problem = $"{folder} cannot be searched for runs ({exception.Message.TrimEnd('.')})";
            if (onUnreadable is null)
            {
                throw new RunDirectoryException($"{problem}: it must be a folder that can be read", exception);
            }

            onUnreadable($"{problem}: it is left out");
            return [];
        }

        return folders.Order(StringComparer.Ordinal).SelectMany(
            next => RunDirectory.IsRun(next) ? [next] : new DirectoryInfo(next).LinkTarget is null ? Below(next, onLeftOut, onLeftOut)
                : []);
    }
}
