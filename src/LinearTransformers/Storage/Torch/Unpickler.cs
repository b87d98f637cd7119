using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace LinearTransformers.Storage.Torch;

/// <summary>
/// A machine for pickles that knows only what torch.save writes for tensors, dictionaries, lists, tuples, numbers and
/// text: nothing named in a file is ever looked up or called, and whatever is not known is refused.
/// </summary>
/// <remarks>
/// The opcodes are those of Python's pickle protocol 2 (https://github.com/python/cpython/blob/main/Lib/pickletools.py).
/// Each takes a byte at least and makes one object at most, so memory is proportional to the pickle; there is no
/// recursion, and since only what cannot change is taken from the memo, values are trees.
/// </remarks>
internal sealed partial class Unpickler
{
    private const int Protocol = 2;
    private const int LongestName = 200;

    private readonly string _file;
    private readonly byte[] _bytes;
    private readonly int _end;
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private int _at;
    private int _opcode;

    /// <summary>A machine for the pickle that stands in a part of a file.</summary>
    public Unpickler(string file, byte[] bytes, int begin, int end)
        => (_file, _bytes, _at, _end, _opcode) = (file, bytes, begin, end, begin);

    /// <summary>Where the pickle ended.</summary>
    public int Position => _at;

    /// <summary>The storages that tensors look at, by their names in the file.</summary>
    public Dictionary<string, TorchStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>The tensors, in the order in which they were made.</summary>
    public List<TorchTensor> Tensors { get; } = [];

    /// <summary>Carries out the pickle.</summary>
    /// <returns>The value it describes.</returns>
    /// <exception cref="TensorFormatException">It is none that torch.save writes.</exception>
    public object? Run()
    {
        if (Byte() != 0x80 || Byte() != Protocol)
            throw Wrong($"a pickle of protocol {Protocol} should begin here, as torch.save writes it unless told otherwise.");
        while (true)
        {
            _opcode = _at;
            byte opcode = Byte();
            if (opcode == '.')
                break;
            Carry(opcode);
        }
        return _stack.Count == 1 && _marks.Count == 0
            ? Value(_stack[0])
            : throw Wrong($"the pickle ends with {_stack.Count} values and {_marks.Count} open marks; it should end with one value.");
    }

    private void Carry(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(': _marks.Add(_stack.Count); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Byte()); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 0x8A: Push(Long()); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': Push(Text()); break;
            case (byte)'c': Push(Global()); break;
            case (byte)']': Push(new PickledList()); break;
            case (byte)'}': Push(new PickledDictionary { IsOrdered = false }); break;
            case (byte)')': Push(new PickledTuple([])); break;
            case 0x85: Push(new PickledTuple(Pop(1))); break;
            case 0x86: Push(new PickledTuple(Pop(2))); break;
            case 0x87: Push(new PickledTuple(Pop(3))); break;
            case (byte)'t': Push(new PickledTuple(PopToMark())); break;
            case (byte)'q': _memo[Byte()] = Top(); break;
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case (byte)'h': Push(Remembered(Byte())); break;
            case (byte)'j': Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'a': Append(Pop(1)); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)'s': Set(Pop(2)); break;
            case (byte)'u': Set(PopToMark()); break;
            case (byte)'b': Build(Pop(1)[0]); break;
            case (byte)'Q': Push(Storage(Pop(1)[0])); break;
            case (byte)'R': Reduce(Pop(2)); break;
            default:
                throw Wrong(
                $"opcode {opcode:X2} is none that torch.save writes for tensors, dictionaries, lists, tuples, numbers and text.");
        }
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(uint length)
    {
        if (length > _end - _at)
            throw Wrong($"{length} bytes should follow at byte {_at}, and {_end - _at} do; is the file cut short?");
        Span<byte> taken = _bytes.AsSpan(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private long Long()
    {
        ReadOnlySpan<byte> bytes = Take(Byte());
        if (bytes.Length > sizeof(long))
            throw Wrong($"a whole number of {bytes.Length} bytes stands here; it should have {sizeof(long)} at most.");
        long value = 0L;
        for (int i = 0; i < bytes.Length; i++)
            value |= (long)bytes[i] << (8 * i);
        int unused = 64 - (8 * bytes.Length);
        return bytes.Length == 0 ? 0 : value << unused >> unused;
    }

    private string Text()
    {
        ReadOnlySpan<byte> bytes = Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Wrong("the text that stands here is not UTF-8; it should be.");
    }

    private string Line()
    {
        Span<byte> rest = _bytes.AsSpan(_at, Math.Min(LongestName, _end - _at));
        int length = rest.IndexOf((byte)'\n');
        if (length < 0)
            throw Wrong($"a name that ends with a line should stand here, of {LongestName} bytes at most.");
        string line = Encoding.Latin1.GetString(rest[..length]);
        _at += length + 1;
        return line;
    }

    private void Push(object? value) => _stack.Add(value);

    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private object? Top() => _stack.Count > Floor ? _stack[^1] : throw Wrong("this opcode needs a value before it, and there is none.");

    private object?[] Pop(int count)
    {
        if (_stack.Count - Floor < count)
            throw Wrong($"this opcode needs {count} values before it, and there are {_stack.Count - Floor}.");
        return Pop(_stack.Count - count, count);
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Wrong("this opcode needs a mark before it, and there is none.");
        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return Pop(mark, _stack.Count - mark);
    }

    private object?[] Pop(int from, int count)
    {
        object?[] values = [.. _stack[from..(from + count)]];
        _stack.RemoveRange(from, count);
        return values;
    }

    private TensorFormatException Wrong(string reason) => TensorFormatException.AtByte(_file, _opcode, reason);
}
