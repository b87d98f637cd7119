using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>What an experiment's folder, or any other with runs below it, has to show.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Tables">Result files, the published scale first.</param>
/// <param name="Figures">Figures as SVG, likewise.</param>
/// <param name="Groups">Runs by their settings.</param>
/// <param name="NotBegun">Runs of which nothing is recorded yet.</param>
internal sealed record ReportFolder(
    string Path, IReadOnlyList<ReportTable> Tables, IReadOnlyList<ReportFigure> Figures,
        ReportGroups Groups, IReadOnlyList<string> NotBegun)
{
    /// <summary>The sweep that it holds; null where it is none.</summary>
    public ReportSweep? Sweep { get; init; }

    /// <summary>Runs right in the folder, or of its sweep.</summary>
    public IEnumerable<ReportRun> Runs => Groups.All.SelectMany(group => group.Runs);

    /// <summary>What a page calls it.</summary>
    public string Name => Shown(Path);

    /// <summary>A path as given; the folder's name where it is ".", or begins at the root.</summary>
    public static string Shown(string path)
    {
        string trimmed = System.IO.Path.TrimEndingDirectorySeparator(path);
        return trimmed is "." or ".." or "" || System.IO.Path.IsPathRooted(trimmed) ? NameOf(trimmed) : trimmed;
    }

    /// <summary>The folders that some paths name or contain: one for each that has results, or runs right below it.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="problems">Gets a line for each file or folder that cannot be read and is left out.</param>
    /// <exception cref="ReportException">There is nothing to show in one of them.</exception>
    public static IReadOnlyList<ReportFolder> Read(IReadOnlyList<string> paths, List<string> problems)
    {
        List<ReportFolder> folders = [];
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                throw new ReportException(path.Length == 0
                    ? "a folder's name is empty: it must be a run's, or one with results or runs below it"
                    : $"there is no folder {path}: it must be a run's, or one with results or runs below it");
            }

            (int shown, int left) = (folders.Count, problems.Count);
            Collect(path, folders, problems);
            if (folders.Count == shown && problems.Count == left)
            {
                throw new ReportException(
                    $"{path} holds neither results nor runs: it must be a run's folder, or one with results or runs below it");
            }
        }

        return folders.Count > 0
            ? [.. folders.DistinctBy(folder => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder.Path)))]
            : throw new ReportException(problems.Count == 1
                ? problems[0]
                : $"{problems[0]} (and {problems.Count - 1} more that cannot be read; nothing else is there)");
    }

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string path)
        => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));

    private static void Collect(string path, List<ReportFolder> folders, List<string> problems)
    {
        string[] below = Listed(() => Directory.GetDirectories(path));
        SweepFolder swept = new(path);
        ReportSweep? sweep = null;
        if (swept.IsThere)
        {
            OrLeftOut(() => sweep = ReportSweep.Read(swept));
        }

        string[] runs = RunDirectory.IsRun(path) ? [path]
            : sweep is not null ? [.. sweep.Rows.Select(row => swept.RunPath(row.Point)).Where(RunDirectory.IsRun)]
            : [.. below.Where(RunDirectory.IsRun)];
        string[] results = Listed(() => Directory.GetFiles(path, "results*.json"));
        string figures = System.IO.Path.Combine(path, "figures");
        List<ReportTable> tables = [];
        List<ReportRun> read = [];
        List<string> notBegun = [];
        foreach (string file in results)
        {
            OrLeftOut(() => tables.Add(ReportTable.Read(file, NameOf(path))));
        }

        foreach (string run in runs)
        {
            OrLeftOut(() =>
            {
                RunDirectory directory = RunDirectory.Load(run);
                if (directory.HasState)
                {
                    read.Add(ReportRun.Read(directory));
                }
                else
                {
                    notBegun.Add(NameOf(run));
                }
            });
        }

        if (tables.Count + read.Count + notBegun.Count > 0 || sweep is not null)
        {
            folders.Add(new ReportFolder(
                path,
                [.. tables.OrderBy(table => table.Version.Rank)
                    .ThenByDescending(table => table.Version.Iterations)
                    .ThenByDescending(table => table.Version.Seeds?.Count)],
                [.. (Directory.Exists(figures) ? Listed(() => Directory.GetFiles(figures, "*.svg")) : [])
                    .Select(file => new ReportFigure(file, ResultVersion.Of(file, null, NameOf(path))))
                    .OrderBy(figure => figure.Version.Rank)],
                ReportGroups.Of(read),
                notBegun)
            {
                Sweep = sweep,
            });
        }

        if (sweep is not null)
        {
            return;
        }

        foreach (string next in below.Where(next => !RunDirectory.IsRun(next)
            && new DirectoryInfo(next).LinkTarget is null
            && System.IO.Path.GetFileName(next) != "figures"))
        {
            Collect(next, folders, problems);
        }

        string[] Listed(Func<string[]> list)
        {
            string[] entries = [];
            OrLeftOut(() => entries = [.. list().Order(StringComparer.Ordinal)]);
            return entries;
        }

        void OrLeftOut(Action read)
        {
            try
            {
                read();
            }
            catch (Exception exception) when (exception is RunDirectoryException or ReportException)
            {
                problems.Add(exception.Message);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problems.Add(exception.Message.Contains(path, StringComparison.Ordinal)
                    ? exception.Message
                    : $"{path} cannot be read: {exception.Message}");
            }
        }
    }
}

/// <summary>A figure.</summary>
/// <param name="Path">Its SVG.</param>
/// <param name="Version">What it shows, and in which version of the experiment.</param>
internal sealed record ReportFigure(string Path, ResultVersion Version)
{
    /// <summary>Whether it shows parameter matrices, which the page itself draws.</summary>
    public bool ShowsMatrices => Version.Stem == "matrices" || Version.Stem.StartsWith("matrices-", StringComparison.Ordinal);
}

/// <summary>A results file.</summary>
/// <param name="Version">How the experiment was run.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Details">How many comparisons its rows sum up.</param>
internal sealed record ReportTable(ResultVersion Version, IReadOnlyList<ResultRow> Rows, int Details)
{
    public int Matching => Rows.Count(row => row.Verdict is Verdict.Match);

    public int Short => Rows.Count(row => row.Verdict is Verdict.Short);

    public int NotJudged => Rows.Count - Matching - Short;

    public static ReportTable Read(string path, string folder)
    {
        try
        {
            (IReadOnlyList<ResultRow> rows, IReadOnlyList<ResultRow> details) = ResultsJson.Read(File.ReadAllBytes(path), path);
            return new ReportTable(
                ResultVersion.Of(path, "results", rows is [{ } first, ..] ? first.Experiment : folder),
                rows, details.Count);
        }
        catch (FormatException exception)
        {
            throw new ReportException(exception.Message, exception);
        }
    }
}
