using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>How a run stands, without its history.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Directory">The run; null where it is damaged.</param>
/// <param name="Writer">Who is writing it at this moment; null where nobody is.</param>
/// <param name="Problem">What is wrong with it, in a line; null where nothing is.</param>
public sealed record RunSummary(string Path, RunDirectory? Directory, RunWriter? Writer, string? Problem)
{
    /// <summary>In a word: running, finished, diverged, unfinished, new where nothing is recorded yet, or damaged.</summary>
    public string Status
        => Directory is null ? "damaged"
            : Writer is not null ? "running"
            : !Directory.HasState ? "new"
            : Directory.Status.ToString().ToLowerInvariant();

    /// <summary>The summary of a folder's run.</summary>
    public static RunSummary Of(string path)
    {
        try
        {
            RunDirectory directory = RunDirectory.Load(path);
            return new RunSummary(path, directory, directory.Writer, null);
        }
        catch (RunDirectoryException exception)
        {
            return new RunSummary(path, null, null, exception.Message);
        }
    }
}
