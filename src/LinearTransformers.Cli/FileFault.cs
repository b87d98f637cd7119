using System.Text.RegularExpressions;

namespace LinearTransformers.Cli;

/// <summary>What the system refused, in our words and with the file.</summary>
internal static partial class FileFault
{
    /// <summary>In a line, without a full stop.</summary>
    public static string Describe(Exception exception)
    {
        string? path = (exception as FileNotFoundException)?.FileName ?? (QuotedPath().Match(exception.Message) is { Success: true } match ? match.Groups[1].Value : null);
        return exception switch
        {
            FileNotFoundException when path is not null => $"there is no file {path}",
            DirectoryNotFoundException when path is not null => $"there is no folder for {path}",
            UnauthorizedAccessException when path is not null && Directory.Exists(path) => $"{path} is a folder, or may not be changed: it must be a file that this user may read and write",
            UnauthorizedAccessException when path is not null => $"{path} may not be read or written by this user",
            PathTooLongException => $"{path ?? "a path"} is longer than the system allows",
            _ => exception.Message.TrimEnd('.'),
        };
    }

    [GeneratedRegex("'(.+)'")]
    private static partial Regex QuotedPath();
}
