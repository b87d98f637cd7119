using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Exchange;

/// <summary>Writes runs of the published code as runs of ours, so that everything that reads runs can read them.</summary>
public static class RunImport
{
    /// <summary>Writes a run to a folder that is new or empty, or holds the same run imported before.</summary>
    /// <param name="run">The run.</param>
    /// <param name="settings">Its settings: <see cref="PublishedRun.Complete"/>, and what the file does not tell.</param>
    /// <param name="path">The folder.</param>
    /// <param name="source">What the run was read from, kept with it.</param>
    /// <exception cref="SettingException">The settings are not those of the run.</exception>
    /// <exception cref="RunDirectoryException">The folder holds something else.</exception>
    /// <exception cref="RunWriteException">It cannot be written.</exception>
    public static RunDirectory Write(PublishedRun run, TrainingSettings settings, string path, string source)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(settings);
        run.Check(settings);
        return settings.Precision is Precision.Double
            ? RunDirectory.Import(path, settings, run.ToHistory<double>(settings), source)
            : RunDirectory.Import(path, settings, run.ToHistory<float>(settings), source);
    }
}
