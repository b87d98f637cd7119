using LinearTransformers.Experiments.Results;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>What an experiment's folder, or any other with runs below it, has to show.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Tables">Result files, the published scale first.</param>
/// <param name="Figures">Figures as SVG, likewise.</param>
/// <param name="Runs">Runs, in the order of their names.</param>
internal sealed record ReportFolder(string Path, IReadOnlyList<ReportTable> Tables, IReadOnlyList<string> Figures, IReadOnlyList<RunDirectory> Runs)
{
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>The folders that some paths name or contain: one for each that has results, or runs right below it.</summary>
    /// <exception cref="ReportException">There is nothing to show in one of them.</exception>
    /// <exception cref="RunDirectoryException">A run is damaged.</exception>
    public static IReadOnlyList<ReportFolder> Read(IReadOnlyList<string> paths)
    {
        List<ReportFolder> folders = [];
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                throw new ReportException($"there is no folder {path}: it must be a run's, or one with results or runs below it");
            }

            int before = folders.Count;
            Collect(path, folders);
            if (folders.Count == before)
            {
                throw new ReportException($"{path} holds neither results nor runs: it must be a run's folder, or one with results or runs below it");
            }
        }

        return [.. folders.DistinctBy(folder => System.IO.Path.GetFullPath(folder.Path))];
    }

    private static void Collect(string path, List<ReportFolder> folders)
    {
        string[] below = [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)];
        string[] runs = RunDirectory.IsRun(path) ? [path] : [.. below.Where(RunDirectory.IsRun)];
        string[] results = [.. Directory.EnumerateFiles(path, "results*.json").OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal)];
        if (runs.Length > 0 || results.Length > 0)
        {
            string figures = System.IO.Path.Combine(path, "figures");
            folders.Add(new ReportFolder(
                path,
                [.. results.Select(ReportTable.Read)],
                Directory.Exists(figures) ? [.. Directory.EnumerateFiles(figures, "*.svg").OrderBy(file => file.Contains("its", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal)] : [],
                [.. runs.Select(RunDirectory.Load).Where(run => run.HasState)]));
        }

        foreach (string next in below.Where(next => !RunDirectory.IsRun(next) && new DirectoryInfo(next).LinkTarget is null && System.IO.Path.GetFileName(next) != "figures"))
        {
            Collect(next, folders);
        }
    }
}

/// <summary>A results file.</summary>
/// <param name="Name">Its name without extension.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record ReportTable(string Name, IReadOnlyList<ResultRow> Rows)
{
    public static ReportTable Read(string path)
    {
        try
        {
            return new ReportTable(System.IO.Path.GetFileNameWithoutExtension(path), ResultsJson.Read(File.ReadAllBytes(path), path).Rows);
        }
        catch (FormatException exception)
        {
            throw new ReportException(exception.Message, exception);
        }
    }
}
