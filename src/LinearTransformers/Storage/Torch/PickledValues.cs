using System.Globalization;

namespace LinearTransformers.Storage.Torch;

/// <summary>
/// A Python list. Beside these classes a pickled value is null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/> or
/// <see cref="string"/>. Lists and dictionaries stand in one place only, so values are trees.
/// </summary>
internal sealed class PickledList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A Python tuple.</summary>
internal sealed class PickledTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

/// <summary>A Python dict or OrderedDict, in the order of its entries.</summary>
internal sealed class PickledDictionary
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public List<(PickledKey Key, object? Value)> Entries { get; } = [];

    /// <summary>Whether it came as an OrderedDict: only these have a state besides their entries.</summary>
    public required bool IsOrdered { get; init; }

    /// <summary>Adds an entry; false if its key is there already.</summary>
    public bool TryAdd(PickledKey key, object? value)
    {
        if (!_names.Add(key.Identity))
            return false;
        Entries.Add((key, value));
        return true;
    }
}

/// <summary>A dictionary's key: text, a whole number, or a tuple of few of them.</summary>
/// <param name="Parts">The entries of the tuple, one for anything else: text or whole numbers.</param>
/// <param name="Identity">Equal for equal keys.</param>
internal sealed record PickledKey(IReadOnlyList<string> Parts, string Identity)
{
    /// <summary>The most entries of a tuple that is a key.</summary>
    public const int MostParts = 8;

    /// <summary>The text of a key that is text; null for others.</summary>
    public string? Text => Identity[0] == 's' ? Parts[0] : null;

    /// <summary>A value as a key; null if it cannot be one.</summary>
    public static PickledKey? Of(object? value)
    {
        if (value is not PickledTuple tuple)
            return Part(value) is { } part ? new PickledKey([part[1..]], part) : null;
        if (tuple.Items.Length > MostParts)
            return null;
        string[] parts = new string[tuple.Items.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (Part(tuple.Items[i]) is not { } part)
                return null;
            parts[i] = part;
        }
        return new PickledKey([.. parts.Select(part => part[1..])], "t" + string.Join('\0', parts.Select(part => $"{part.Length}:{part}")));
    }

    private static string? Part(object? value) => value switch
    {
        string text => "s" + text,
        long number => "i" + number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
