using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>
/// A sweep on disk: <c>sweep.json</c>, a run folder for each point below <c>runs</c>, and <c>table.csv</c>. Each file is written whole or
/// not at all.
/// </summary>
/// <param name="path">The folder.</param>
public sealed class SweepFolder(string path)
{
    private const string DefinitionName = "sweep.json";
    private const string LockName = "sweep.lock";
    private const string FailureEnd = ".txt";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The table of all runs.</summary>
    public string TablePath => At("table.csv");

    /// <summary>Their means over seeds.</summary>
    public string MeansPath => At("means.csv");

    /// <summary>What a cluster's tasks write and are written as.</summary>
    public string SlurmPath => At("slurm");

    /// <summary>The definition's file.</summary>
    public string DefinitionPath => At(DefinitionName);

    /// <summary>Whether it holds a sweep.</summary>
    public bool IsThere => File.Exists(DefinitionPath);

    /// <summary>Whether runs are there: a copy may have the table alone.</summary>
    public bool HasRuns => IsThere && Directory.Exists(At("runs"));

    /// <summary>The folder of a point's run.</summary>
    public string RunPath(SweepPoint point) => At(NameOf(point));

    /// <summary>The same below this folder, as the table has it.</summary>
    public static string NameOf(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return "runs/" + point.Name;
    }

    /// <summary>Why a point could not be run when it was tried last; null where that is not so.</summary>
    public string? FailureOf(SweepPoint point)
    {
        try
        {
            return File.ReadAllText(FailurePath(point)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The points that could not be run when they were tried last, by their names.</summary>
    public IReadOnlySet<string> Failed()
    {
        try
        {
            return Directory.EnumerateFiles(At("failed"), "*" + FailureEnd).Select(file => System.IO.Path.GetFileNameWithoutExtension(file))
                .ToHashSet();
        }
        catch (DirectoryNotFoundException)
        {
            return new HashSet<string>();
        }
    }

    /// <summary>Says why a point could not be run; null when it could.</summary>
    internal void SetFailure(SweepPoint point, string? failure)
    {
        if (failure is not null)
        {
            Directory.CreateDirectory(At("failed"));
            AtomicFile.WriteAllText(FailurePath(point), failure + "\n");
        }
        else if (File.Exists(FailurePath(point)))
        {
            File.Delete(FailurePath(point));
        }
    }

    /// <summary>The sweep that it holds.</summary>
    /// <exception cref="SweepException">It holds none, or one that is damaged.</exception>
    public SweepDefinition Read()
    {
        try
        {
            return SweepJson.Read(File.ReadAllText(DefinitionPath), DefinitionPath);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or ArgumentException
            || !Directory.Exists(Path))
        {
            throw NoSweep(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{DefinitionPath} cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    /// <summary>What the folder would hold with the points of a sweep beside those that it has; nothing is written.</summary>
    /// <exception cref="SweepException">It holds something else, or a sweep with which these do not go.</exception>
    public SweepDefinition Extended(SweepDefinition sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        if (IsThere)
        {
            return Read().With(sweep, Path);
        }

        bool isFile = File.Exists(Path);
        return !isFile && !HasOtherThings() ? sweep : throw new SweepException(
            $"{Path} {(isFile ? "is a file" : "is not empty and holds no sweep")}: it must be a new or empty folder, or one of a sweep");
    }

    /// <summary>Changes the definition, one process after the other, if it does change.</summary>
    /// <param name="change">Makes the new one; called with the folder locked.</param>
    /// <returns>The new one.</returns>
    public SweepDefinition Update(Func<SweepFolder, SweepDefinition> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Directory.CreateDirectory(Path);
        using FileStream _ = Lock();
        SweepDefinition sweep = change(this);
        string text = SweepJson.Write(sweep);
        if (!IsThere || File.ReadAllText(DefinitionPath) != text)
        {
            AtomicFile.WriteAllText(DefinitionPath, text);
        }

        return sweep;
    }

    private bool HasOtherThings()
        => Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any(entry => System.IO.Path.GetFileName(entry) is { } name
            && name != LockName && !name.StartsWith(DefinitionName, StringComparison.Ordinal));

    /// <summary>
    /// The operating system's lock, which goes with the process. Its file stays: whoever removes it may take it from under another's feet.
    /// </summary>
    private FileStream Lock()
    {
        long start = Environment.TickCount64;
        while (true)
        {
            try
            {
                return new FileStream(At(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(At(LockName)) && Environment.TickCount64 - start < LongestWait.TotalMilliseconds)
            {
                Thread.Sleep(BetweenAttempts);
            }
        }
    }

    private SweepException NoSweep(Exception exception)
        => new($"{(Path.Length == 0 ? "the folder's name is empty" : $"{Path} holds no sweep")}: it must be a folder that lintf sweep made",
            exception);

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private string FailurePath(SweepPoint point) => System.IO.Path.Combine(At("failed"), point.Name + FailureEnd);
}
