namespace LinearTransformers.Storage;

/// <summary>
/// A tensor file is not what it should be: not a safetensors file at all, damaged, or without the tensor that
/// was asked for. The message is one line with the file, the place in it, the reason and what would be right.
/// </summary>
public sealed class TensorFormatException : FormatException
{
    /// <summary>An exception with a message of its own.</summary>
    /// <param name="message">File, place, reason and what would be right.</param>
    public TensorFormatException(string message) : base(message)
    {
    }

    /// <summary>An exception with a message of its own that another one caused.</summary>
    /// <param name="message">File, place, reason and what would be right.</param>
    /// <param name="innerException">The cause.</param>
    public TensorFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }

    internal static TensorFormatException AtByte(string file, long offset, string reason, Exception? cause = null)
    {
        string message = $"{Wording.OneLine(file)}: byte {offset}: {reason}";
        return cause is null ? new TensorFormatException(message) : new TensorFormatException(message, cause);
    }

    internal static TensorFormatException AtTensor(string file, string name, string reason) =>
        new($"{Wording.OneLine(file)}: tensor {Wording.Quote(name)}: {reason}");
}
