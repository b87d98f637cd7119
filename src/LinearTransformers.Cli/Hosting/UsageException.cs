namespace LinearTransformers.Cli.Hosting;

/// <summary>Wrong usage: one line that says what, where, and what would be right.</summary>
internal sealed class UsageException(string message) : Exception(message);
