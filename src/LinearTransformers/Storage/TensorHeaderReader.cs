using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LinearTransformers.Storage;

/// <summary>Reads the JSON of a header and takes nothing the format does not allow; where the data lies is checked later.</summary>
internal ref struct TensorHeaderReader
{
    // The header, a tensor in it, a list in that.
    private const int Depth = 3;

    private readonly string _file;
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    private TensorHeaderReader(string file, ReadOnlySpan<byte> json)
    {
        _file = file;
        _json = json;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
    }

    /// <summary>The tensors and metadata that <paramref name="json"/> describes.</summary>
    /// <exception cref="TensorFormatException">It is not the JSON of a header.</exception>
    public static TensorHeader Read(string file, ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw TensorFormatException.AtByte(
                file, TensorHeader.PrefixLength + ValidPrefix(json), "the header is not UTF-8 from here on; it should be JSON in UTF-8.");
        }
        if (json.IsEmpty || json[0] != '{')
        {
            throw TensorFormatException.AtByte(
                file, TensorHeader.PrefixLength, "the header should be JSON that starts with '{'; is this a safetensors file?");
        }
        TensorHeaderReader reader = new(file, json);
        try
        {
            return reader.ReadHeader();
        }
        catch (JsonException e)
        {
            throw reader.NotJson(e);
        }
    }

    private TensorHeader ReadHeader()
    {
        List<TensorHeader.Entry> entries = new();
        HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);

        _reader.Read();
        while (NextKey())
        {
            long at = _reader.TokenStartIndex;
            string name = Text();
            if (!names.Add(name))
                throw Wrong(at, $"{Wording.Quote(name)} appears twice; names should be unique.");
            if (name == TensorHeader.MetadataKey)
                ReadMetadata(metadata);
            else
                entries.Add(ReadEntry(name));
        }

        ReadOnlySpan<byte> padding = _json[(int)_reader.BytesConsumed..];
        if (padding.IndexOfAnyExcept((byte)' ') is >= 0 and var offset)
            throw Wrong(_reader.BytesConsumed + offset, "only spaces should follow the header's JSON.");
        return new TensorHeader(entries, metadata);
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(_reader.TokenStartIndex, $"{TensorHeader.MetadataKey} should be an object of text by key.");
        while (NextKey())
        {
            long at = _reader.TokenStartIndex;
            string key = Text();
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.String)
                throw Wrong(_reader.TokenStartIndex, $"metadata {Wording.Quote(key)} should be text.");
            if (!metadata.TryAdd(key, Text()))
                throw Wrong(at, $"metadata {Wording.Quote(key)} appears twice; keys should be unique.");
        }
    }

    private TensorHeader.Entry ReadEntry(string name)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(
                name, $"it should be an object with {TensorHeader.TypeKey}, {TensorHeader.ShapeKey} and {TensorHeader.OffsetsKey}.");

        ElementType? type = null;
        ImmutableArray<int>? shape = null;
        (long Begin, long End)? offsets = null;
        while (NextKey())
        {
            string key = Text();
            _reader.Read();
            bool twice = key switch
            {
                TensorHeader.TypeKey => type is not null,
                TensorHeader.ShapeKey => shape is not null,
                TensorHeader.OffsetsKey => offsets is not null,
                _ => throw Wrong(
                    name,
                    $"it has the key {Wording.Quote(key)}; only {TensorHeader.TypeKey}, {TensorHeader.ShapeKey} and "
                        + $"{TensorHeader.OffsetsKey} belong there."),
            };
            if (twice)
                throw Wrong(name, $"{key} appears twice; it should appear once.");
            if (key == TensorHeader.TypeKey)
                type = ReadType(name);
            else if (key == TensorHeader.ShapeKey)
                shape = ReadShape(name);
            else
                offsets = ReadOffsets(name);
        }

        return new TensorHeader.Entry(
            name,
            type ?? throw Missing(name, TensorHeader.TypeKey),
            shape ?? throw Missing(name, TensorHeader.ShapeKey),
            offsets?.Begin ?? throw Missing(name, TensorHeader.OffsetsKey),
            offsets.Value.End);
    }

    private ElementType ReadType(string name)
    {
        if (_reader.TokenType != JsonTokenType.String)
            throw Wrong(name, $"{TensorHeader.TypeKey} should be text: {ElementTypes.Known}.");
        string code = Text();
        return ElementTypes.Parse(code)
            ?? throw Wrong(name, $"{TensorHeader.TypeKey} {Wording.Quote(code)} is not one we read; it should be {ElementTypes.Known}.");
    }

    private ImmutableArray<int> ReadShape(string name)
    {
        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>();
        foreach (long length in ReadNumbers(name, TensorHeader.ShapeKey, int.MaxValue))
            shape.Add((int)length);
        return shape.ToImmutable();
    }

    private (long Begin, long End) ReadOffsets(string name)
    {
        List<long> offsets = ReadNumbers(name, TensorHeader.OffsetsKey, long.MaxValue);
        return offsets.Count == 2
            ? (offsets[0], offsets[1])
            : throw Wrong(name, $"{TensorHeader.OffsetsKey} has {offsets.Count} numbers; it should have two, begin and end.");
    }

    private List<long> ReadNumbers(string name, string key, long largest)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(name, $"{key} should be a list of whole numbers.");
        List<long> numbers = new();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            // "-0" is a floating-point number to JSON.
            bool whole = _reader.TokenType == JsonTokenType.Number && _reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
            if (!whole || !_reader.TryGetInt64(out long number) || number > largest)
            {
                throw Wrong(
                    name,
                    $"{key} has something other than a whole number from 0 to {largest} at byte "
                        + $"{TensorHeader.PrefixLength + _reader.TokenStartIndex}.");
            }
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>Moves to the next key of an object; false at its end.</summary>
    private bool NextKey() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    private readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Valid UTF-8 can still spell half a surrogate pair with an escape.
            throw TensorFormatException.AtByte(
                _file, TensorHeader.PrefixLength + _reader.TokenStartIndex, "the text has an escape that is not a Unicode character.", e);
        }
    }

    private readonly TensorFormatException Wrong(long offset, string reason) =>
        TensorFormatException.AtByte(_file, TensorHeader.PrefixLength + offset, reason);

    private readonly TensorFormatException Wrong(string name, string reason) => TensorFormatException.AtTensor(_file, name, reason);

    private readonly TensorFormatException Missing(string name, string key) => Wrong(name, $"it has no {key}; it should have one.");

    private readonly TensorFormatException NotJson(JsonException e)
    {
        int offset = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
            offset += _json[offset..].IndexOf((byte)'\n') + 1;
        offset += (int)(e.BytePositionInLine ?? 0);
        string reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
        return TensorFormatException.AtByte(
            _file, TensorHeader.PrefixLength + offset, $"the header is not JSON as the format has it: {Wording.OneLine(reason)}.", e);
    }

    private static int ValidPrefix(ReadOnlySpan<byte> text)
    {
        int offset = 0;
        while (offset < text.Length && Rune.DecodeFromUtf8(text[offset..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
            offset += consumed;
        return offset;
    }
}
