namespace LinearTransformers.Settings;

/// <summary>
/// What stands in a run's settings for a part that this program does not have, because the program that made the run added it. Such a run
/// can be listed, shown, exported and drawn as far as the part is not needed.
/// </summary>
internal interface IAbsentPart
{
    /// <summary>The part as the configuration has it, its own settings behind it.</summary>
    string Text { get; }
}

/// <summary>Something needs a part that this program does not have; the message says which, in one line.</summary>
public sealed class AbsentPartException : InvalidOperationException
{
    internal AbsentPartException(string kind, IAbsentPart part)
        : base($"this program has no {kind} {part.Text}: give the command to the program that made the run")
        => Part = (Part)part;

    /// <summary>What stands for the part in the settings of runs that have it.</summary>
    public Part Part { get; }
}
