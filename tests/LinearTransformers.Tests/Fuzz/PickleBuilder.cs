using System.Buffers.Binary;
using System.Text;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>A pickle written opcode by opcode.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [0x80, 2];

    public byte[] ToArray() => [.. _bytes, (byte)'.'];

    public PickleBuilder Op(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(char opcode) => Op((byte)opcode);

    public PickleBuilder Int(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Op('J').Op(bytes);
    }

    public PickleBuilder Double(double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Op('G').Op(bytes);
    }

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Op(length).Op(utf8);
    }

    public PickleBuilder Global(string module, string name) => Op('c').Op(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public PickleBuilder Ints(params IEnumerable<int> values)
    {
        Op('(');
        foreach (int value in values)
        {
            Int(value);
        }

        return Op('t');
    }

    /// <summary>A tensor that looks at a storage.</summary>
    public PickleBuilder Tensor(
        string storage, int count, int first, IReadOnlyList<int> shape, IReadOnlyList<int> strides, string type = "FloatStorage",
            string location = "cpu")
        => Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Op('(').Text("storage").Global("torch", type).Text(storage).Text(location).Int(count).Op('t').Op('Q')
            .Int(first).Ints(shape).Ints(strides).Op(0x89)
            .Global("collections", "OrderedDict").Op(')').Op('R')
            .Op('t').Op('R');
}
