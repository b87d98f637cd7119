using System.Text.RegularExpressions;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Hosting;

/// <summary>What the system refused, in our words and with the file.</summary>
internal static partial class FileFault
{
    /// <summary>In a line, without a full stop. What the library says of a run's folder is such a line.</summary>
    public static string Describe(Exception exception)
    {
        if (exception is RunWriteException)
        {
            return exception.Message;
        }

        string? named = (exception as FileNotFoundException)?.FileName
            ?? (QuotedPath().Match(exception.Message) is { Success: true } match ? match.Groups[1].Value : null);
        if (named is null)
        {
            return exception.Message.TrimEnd('.');
        }

        // A file that is being written has another name until it is whole.
        string path = TemporaryEnd().Replace(named, "");
        bool isWritten = path != named;
        string access = isWritten ? "written" : "read or written";
        return exception switch
        {
            FileNotFoundException when !isWritten => $"there is no file {path}",
            FileNotFoundException or DirectoryNotFoundException => $"{path} cannot be {access}: there is no such folder",
            UnauthorizedAccessException when Directory.Exists(path) => $"{path} is a folder: it must be a file",
            UnauthorizedAccessException => $"{path} cannot be {access}: this user may not",
            PathTooLongException => $"{path} is longer than the system allows",
            _ => $"{path}: {QuotedPath().Replace(exception.Message, "").TrimEnd('.', ' ', ':')}",
        };
    }

    [GeneratedRegex("'(.+)'")]
    private static partial Regex QuotedPath();

    [GeneratedRegex(@"\.tmp-\w+$")]
    private static partial Regex TemporaryEnd();
}
