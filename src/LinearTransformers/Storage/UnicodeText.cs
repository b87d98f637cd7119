using System.Buffers;
using System.Text;

namespace LinearTransformers.Storage;

/// <summary>Whether text survives the way through a file: JSON writers replace half a surrogate pair, so we refuse it.</summary>
internal static class UnicodeText
{
    /// <summary>True if every surrogate in the text has its partner.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var surrogate)
        {
            if (Rune.DecodeFromUtf16(text[surrogate..], out _, out int consumed) != OperationStatus.Done)
                return false;
            text = text[(surrogate + consumed)..];
        }
        return true;
    }
}
