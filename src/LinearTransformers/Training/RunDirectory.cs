using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>
/// A run on disk: <c>config.json</c>, <c>environment.json</c>, <c>metrics.jsonl</c>, <c>history.safetensors</c> and
/// <c>state.safetensors</c>. Each file is written whole or not at all, and the state last: whatever stands in the
/// folder can be read, and the run goes on from the state. An unfinished run is open to one writer at a time, from
/// <see cref="Open"/> until it is finished or this object is disposed. While it is written, <c>progress.jsonl</c> says how far it has come.
/// </summary>
/// <remarks>
/// The folder holds all that determines the run: <c>config.json</c> has the settings, a covariance given by hand among them, and history
/// and state carry those they were made with, so that a <c>config.json</c> that was changed is refused. The three name the version of this
/// format, 3. Files without one are of version 1, which carried no settings: they are read, and gone on from, all the same. Whatever is
/// wrong with a file that is read is a <see cref="RunDirectoryException"/> that names it.
/// </remarks>
public sealed partial class RunDirectory : IDisposable
{
    private RunLock? _lock;
    private ProgressFile? _progress;
    private RunState _state = RunState.None;
    private TrainingSettings? _shorter;
    private InitialParameters? _initial;

    private RunDirectory(string path, TrainingSettings settings)
    {
        Path = path;
        Settings = settings;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The run's settings.</summary>
    public TrainingSettings Settings { get; private set; }

    /// <summary>How far the run has come, as far as it was saved.</summary>
    public RunStatus Status => _state.Status;

    /// <summary>Iterations done, as far as they were saved.</summary>
    public int Iteration => _state.Iteration;

    /// <summary>The loss of the last of them; NaN where there is none.</summary>
    public double LastLoss => _state.LastLoss;

    /// <summary>Seconds spent on it so far.</summary>
    public double Seconds => _state.Seconds;

    /// <summary>Who is writing the run at this moment; null where nobody is.</summary>
    public RunWriter? Writer => RunLock.WriterOf(Path);

    /// <summary>What the run was read from, if it was made elsewhere; null for a run of ours.</summary>
    public string? ImportedFrom => _state.ImportedFrom;

    /// <summary>The file of the run's history.</summary>
    public string HistoryPath => PathOf(RunFiles.History);

    /// <summary>The file of the run's log.</summary>
    public string LogPath => PathOf(RunFiles.Log);

    /// <summary>
    /// The file that has a <see cref="ProgressLine"/> a line, once or twice a second for as long as a process writes the run; it is not
    /// there at other times, unless that process was killed.
    /// </summary>
    public string ProgressPath => PathOf(ProgressFile.Name);

    /// <summary>Whether anything of the run was saved.</summary>
    public bool HasState => System.IO.Path.Exists(PathOf(RunFiles.State));

    /// <summary>
    /// Opens a folder for a run: a new or empty one, or one that holds a run of the same settings, or of the same but for fewer iterations,
    /// finished or not. Such a run goes on for more, unless its learning rates depend on how many there are
    /// (<see cref="Schedule.DependsOnIterations"/>); the folder is that of the shorter run until something is saved.
    /// </summary>
    /// <remarks>What a process that was killed left beside a finished run is cleared.</remarks>
    /// <exception cref="SettingException">
    /// A setting makes no sense, or the run of <see cref="TrainingSettings.InitialRun"/> is not there, does not fit or has changed.
    /// </exception>
    /// <exception cref="RunDirectoryException">It holds something else, or is damaged, or another process writes it.</exception>
    /// <exception cref="RunWriteException">It cannot be created or written.</exception>
    public static RunDirectory Open(string path, TrainingSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        RunDirectory directory = new(path, settings);
        if (File.Exists(path))
        {
            throw new RunDirectoryException($"{path} is a file: it must be a folder, new, empty, or of a run of the same settings");
        }

        if (settings.InitialRun is not null)
        {
            TrainingSettings? there = IsRun(path) ? RunFiles.ReadConfig(directory.PathOf(RunFiles.Config)) : null;
            (directory.Settings, directory._initial) = Training.InitialParameters.Resolve(settings, there, path);
        }

        try
        {
            Directory.CreateDirectory(path);
            directory.Check();
            if (directory.Status is RunStatus.Unfinished)
            {
                directory.OpenToWrite();
            }
            else
            {
                RunLock.Clear(path, RunFiles.Names);
            }
        }
        catch (Exception exception)
        {
            directory.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new RunWriteException(
                    $"{path} cannot be used for a run ({exception.Message.TrimEnd('.')}): it must be a folder that can be created and "
                        + "written", exception);
            }

            throw;
        }

        return directory;
    }

    /// <summary>Opens a run that is there, whatever its settings; nothing is written.</summary>
    /// <exception cref="RunDirectoryException">There is none, or it is damaged.</exception>
    public static RunDirectory Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!IsRun(path))
        {
            throw new RunDirectoryException($"{path} is no run: it must be a folder that holds {RunFiles.Config}");
        }

        RunDirectory directory = new(path, RunFiles.ReadConfig(System.IO.Path.Combine(path, RunFiles.Config)));
        directory._state = directory.ReadState(directory.Settings);
        return directory;
    }

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, RunFiles.Config));

    /// <summary>Leaves the run to other writers.</summary>
    public void Dispose()
    {
        _progress?.Dispose();
        _progress = null;
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>The parameters of another run that this one begins with; null where it draws its own.</summary>
    /// <exception cref="SettingException">The other one is not there any more, or has changed.</exception>
    internal InitialParameters? InitialParameters() => _initial ?? Training.InitialParameters.Of(Settings);

    /// <summary>What <c>config.json</c> says: the run's settings, or those of the shorter one that is to go on.</summary>
    private TrainingSettings Recorded => _shorter ?? Settings;

    /// <summary>What history and log must fit.</summary>
    private SavedRun Saved => new(Settings, _state);

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether the folder holds this run, as far as it was saved; if not it must be empty.</summary>
    private bool Check()
    {
        // First what is there, then the run: the other way round a run that begins in between would be taken for strange files.
        bool isEmpty = Directory.EnumerateFileSystemEntries(Path).All(RunLock.IsLeftBehind);
        if (File.Exists(PathOf(RunFiles.Config)))
        {
            TrainingSettings there = RunFiles.ReadConfig(PathOf(RunFiles.Config));
            RunState? state = null;
            if (LongerRun.Refusal(there, Settings, Read) is { } refusal)
            {
                throw new RunDirectoryException($"{Path} {refusal}");
            }

            _shorter = there == Settings ? null : there;
            _state = Read().GoingOnFor(Settings);
            return true;

            RunState Read() => state ??= ReadState(there);
        }

        return isEmpty
            ? false
            : throw new RunDirectoryException(
                $"{Path} is not empty and holds no run: it must be a new or empty folder, or one of a run of the same settings");
    }

    private RunState ReadState(TrainingSettings recorded)
        => HasState ? RunState.Read(PathOf(RunFiles.State), recorded) : RunState.None;
}
