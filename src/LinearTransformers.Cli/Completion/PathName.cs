namespace LinearTransformers.Cli.Completion;

/// <summary>What a value is called that is a path: in the help, and so for completion.</summary>
internal static class PathName
{
    public const string Folder = "DIR";

    public const string File = "FILE";

    /// <summary>A run's folder, or one of its iterations.</summary>
    public const string Run = "RUN[@iteration]";
}
