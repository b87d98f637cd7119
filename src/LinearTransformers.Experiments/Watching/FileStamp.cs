namespace LinearTransformers.Experiments.Watching;

/// <summary>What tells a file that was replaced from the one before: when it was written, and how long it is.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>So long after a file was written another may have the same stamp: clocks of file systems are that coarse.</summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromSeconds(10);

    /// <summary>Whether it was written so lately that the stamp does not tell enough.</summary>
    public bool IsFresh => (DateTime.UtcNow - Written).Duration() < Coarse;

    /// <summary>The stamp of a file; the default where there is none.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
