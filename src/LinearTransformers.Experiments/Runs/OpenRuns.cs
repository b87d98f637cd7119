using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>The directories of several runs, open to be written all together or not at all.</summary>
internal sealed class OpenRuns : IDisposable
{
    private readonly List<RunDirectory> _directories = [];

    /// <exception cref="RunDirectoryException">One of them cannot be opened.</exception>
    public OpenRuns(IReadOnlyList<(string Path, TrainingSettings Settings)> runs)
    {
        try
        {
            foreach ((string path, TrainingSettings settings) in runs)
            {
                _directories.Add(RunDirectory.Open(path, settings));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RunDirectory this[int index] => _directories[index];

    public void Dispose() => _directories.ForEach(directory => directory.Dispose());
}
