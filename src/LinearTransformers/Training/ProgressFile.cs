using System.Text;

namespace LinearTransformers.Training;

/// <summary>
/// <c>progress.jsonl</c>: a line once or twice a second while a process writes a run, for those who watch it. The run depends on nothing in
/// it, so that it is neither flushed to the disk nor renamed: each line is one call that adds it to the end. Where it cannot be written
/// the run goes on, and the next line begins it anew.
/// </summary>
internal sealed class ProgressFile : IDisposable
{
    public const string Name = "progress.jsonl";

    private readonly FileStream _file;

    private ProgressFile(FileStream file) => _file = file;

    /// <summary>Begins the file; null where that cannot be.</summary>
    public static ProgressFile? Begin(string folder)
    {
        try
        {
            return new ProgressFile(new FileStream(
                Path.Combine(folder, Name), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Adds a line; false where that cannot be.</summary>
    public bool Add(ProgressLine line)
    {
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line.ToJson() + "\n"));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();
}
