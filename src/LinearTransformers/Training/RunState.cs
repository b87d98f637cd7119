using System.Globalization;
using System.Text.Json;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>What <c>state.safetensors</c> says of a run: how far it was saved.</summary>
/// <param name="Status">How far it has come.</param>
/// <param name="Iteration">Iterations done.</param>
/// <param name="LastLoss">The loss of the last of them; NaN where there is none.</param>
/// <param name="Seconds">Seconds spent on it.</param>
/// <param name="ImportedFrom">What it was read from, if it was made elsewhere; null for a run of ours.</param>
/// <param name="Version">The version of the file: since version 2 the log ends with the last iteration.</param>
/// <param name="EarlierEnd">Where the run was finished as a shorter one, if it is to go on from there; null otherwise.</param>
internal sealed record RunState(
    RunStatus Status, int Iteration, double LastLoss, double Seconds, string? ImportedFrom, int Version, int? EarlierEnd = null)
{
    private const string StatusKey = "status";
    private const string SecondsKey = "seconds";
    private const string ImportedKey = "imported";

    /// <summary>Of a run of which nothing was saved.</summary>
    public static RunState None { get; } = new(RunStatus.Unfinished, 0, double.NaN, 0, null, RunFormat.Version);

    /// <summary>Of a run that was made elsewhere: it is finished.</summary>
    public static RunState Imported(TrainingSettings settings, string source)
        => None with { Status = RunStatus.Finished, Iteration = settings.MaxIterations, ImportedFrom = source };

    /// <summary>Of a run as far as it has come.</summary>
    public static RunState Of<T>(TrainingRun<T> run, double seconds)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        => new(run.Status, run.Iteration, run.LastLoss, seconds, null, RunFormat.Version);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What <c>config.json</c> says beside it.</param>
    /// <exception cref="RunDirectoryException">It is damaged, or of another run.</exception>
    public static RunState Read(string path, TrainingSettings settings)
        => RunFiles.Reading(path, () =>
        {
            TensorFile file = TensorFile.Read(path);
            (int version, TrainingSettings made) = RunFormat.Check(file, path, settings);
            RunStatus status = StatusOf(file, path);
            double seconds = SecondsOf(file, path);
            string? importedFrom = file.Metadata.GetValueOrDefault(ImportedKey);
            long iteration = file.GetScalar<long>("iteration");
            bool canGoOn = status is not RunStatus.Diverged && importedFrom is null;
            if (!canGoOn && made.MaxIterations < settings.MaxIterations)
            {
                throw RunFormat.MadeWithOther(path, made, settings);
            }

            if (version == 1 && canGoOn && status is RunStatus.Finished && iteration is > 0 and <= int.MaxValue)
            {
                // It carries no settings: those that it was finished with have as many iterations as it has done.
                TrainingSettings ended = settings with { MaxIterations = (int)iteration };
                made = LongerRun.GoesOn(ended, settings) ? ended : settings;
            }

            Check(path, iteration, made, status);
            return new RunState(status, (int)iteration, file.GetScalar<double>("loss"), seconds, importedFrom, version)
                .GoingOnFor(settings);
        });

    /// <summary>The same of a run with more iterations: one that is finished has more to do.</summary>
    public RunState GoingOnFor(TrainingSettings longer)
        => Status is RunStatus.Finished && Iteration < longer.MaxIterations
            ? this with { Status = RunStatus.Unfinished, EarlierEnd = Iteration }
            : this;

    /// <summary>The metadata of the file.</summary>
    public Dictionary<string, string> Metadata(TrainingSettings settings)
    {
        Dictionary<string, string> metadata = new(RunFormat.Metadata(settings))
        {
            [StatusKey] = JsonNamingPolicy.KebabCaseLower.ConvertName(Status.ToString()),
            [SecondsKey] = Seconds.ToString("R", CultureInfo.InvariantCulture),
        };
        if (ImportedFrom is not null)
        {
            metadata[ImportedKey] = ImportedFrom;
        }

        return metadata;
    }

    private static RunStatus StatusOf(TensorFile state, string path) => state.GetMetadata(StatusKey) switch
    {
        "unfinished" => RunStatus.Unfinished,
        "finished" => RunStatus.Finished,
        "diverged" => RunStatus.Diverged,
        string other => throw new RunDirectoryException(
            $"{path}: metadata \"{StatusKey}\" is \"{other}\"; it should be unfinished, finished or diverged"),
    };

    private static double SecondsOf(TensorFile state, string path)
        => double.TryParse(state.GetMetadata(SecondsKey), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds >= 0 && double.IsFinite(seconds)
            ? seconds
            : throw new RunDirectoryException(
                $"{path}: metadata \"{SecondsKey}\" is \"{state.GetMetadata(SecondsKey)}\"; it should be a number");

    private static void Check(string path, long iteration, TrainingSettings settings, RunStatus status)
    {
        if (iteration < 0 || iteration > settings.MaxIterations)
        {
            throw new RunDirectoryException(
                $"{path}: tensor \"iteration\" is {iteration}; it should be from 0 to {settings.MaxIterations}, the run's max-iters");
        }

        if (!RecordedIterations.CanBe(settings, iteration, status))
        {
            throw new RunDirectoryException(
                $"{path}: tensor \"iteration\" is {iteration} of a run that is {status.ToString().ToLowerInvariant()}; it should be "
                    + $"{settings.MaxIterations}, the run's max-iters, of a finished run, and below that of an unfinished one");
        }
    }
}
