using System.Runtime.InteropServices;
using FsCheck.Xunit;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public sealed class RoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 300)]
    public void Any_tensors_come_back_bit_for_bit(byte[][] shapes, int seed)
    {
        System.Random random = new(seed);
        Tensor[] tensors = [.. shapes.Select((shape, i) => RandomTensor($"t{i}", [.. shape.Take(4).Select(length => length % 5)], random))];
        byte[] bytes = FileBytes.Write(tensors);
        TensorFile read = FileBytes.Read(bytes);

        Assert.Equal(tensors.Length, read.Tensors.Count);
        foreach ((Tensor expected, Tensor actual) in tensors.Zip(read.Tensors))
        {
            Assert.Equal((expected.Name, expected.Type, expected.Count), (actual.Name, actual.Type, actual.Count));
            Assert.Equal(expected.Shape.AsSpan(), actual.Shape.AsSpan());
            Assert.Equal(Bytes(expected), Bytes(actual));
        }
        Assert.Equal(bytes, FileBytes.Write(read.Tensors, read.Metadata));
    }

    [Property(MaxTest = 300)]
    public void Any_names_and_metadata_come_back(string?[] texts)
    {
        string[] distinct = [.. texts.Select(text => Clean(text ?? "")).Distinct(StringComparer.Ordinal)];
        Dictionary<string, string> metadata = distinct.ToDictionary(text => text, text => text + "\"\\\n\u2028σ😀", StringComparer.Ordinal);
        TensorFile read = FileBytes.Read(FileBytes.Write([.. distinct.Select((text, i) => Tensor.Scalar(text, i))], metadata));
        Assert.Equal(distinct, read.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(metadata, read.Metadata);
    }

    [Fact]
    public void NaN_payloads_negative_zero_and_infinities_keep_their_bits()
    {
        uint[] single = [0x7FC00000, 0x7F800001, 0xFFC12345, 0x80000000, 0x7F800000, 0xFF800000, 0x00000001];
        ulong[] wide = [0x7FF8000000000000, 0x7FF0000000000001, 0xFFF8000000012345, 0x8000000000000000, 0x0000000000000001];
        TensorFile read = FileBytes.Read(FileBytes.Write([
            Tensor.Vector("single", MemoryMarshal.Cast<uint, float>(single).ToArray()),
            Tensor.Vector("wide", MemoryMarshal.Cast<ulong, double>(wide).ToArray())]));
        Assert.Equal(single, MemoryMarshal.Cast<float, uint>(read.Get<float>("single").Span).ToArray());
        Assert.Equal(wide, MemoryMarshal.Cast<double, ulong>(read.Get<double>("wide").Span).ToArray());
    }

    [Fact]
    public void A_tensor_longer_than_one_piece_comes_back()
    {
        int[] values = Enumerable.Range(0, (1 << 20) + 3).ToArray();
        string path = _folder.File("long.safetensors");
        TensorFile.Write(path, [Tensor.Vector("values", values), Tensor.Scalar("after", (byte)9)]);
        TensorFile read = TensorFile.Read(path);
        Assert.True(values.AsSpan().SequenceEqual(read.Get<int>("values", values.Length).Span));
        Assert.Equal(9, read.GetScalar<byte>("after"));
    }

    [Fact]
    public void A_slice_of_memory_is_written_without_what_surrounds_it()
    {
        float[] values = [0, 1, 2, 3, 4];
        TensorFile read = FileBytes.Read(FileBytes.Write([Tensor.Of<float>("middle", values.AsMemory(1, 3), 3)]));
        Assert.Equal([1f, 2f, 3f], read.Get<float>("middle").ToArray());
    }

    [Fact]
    public void A_write_that_fails_leaves_the_file_as_it_was()
    {
        string path = _folder.File("state.safetensors");
        TensorFile.Write(path, [Tensor.Scalar("iteration", 5)]);
        byte[] before = File.ReadAllBytes(path);

        FailingMemory missing = new();
        Assert.Throws<IOException>(
            () => TensorFile.Write(path, [Tensor.Scalar("iteration", 6L), Tensor.Of<byte>("broken", missing.Memory, 1)]));
        Assert.Throws<ArgumentException>(() => TensorFile.Write(path, [Tensor.Scalar("a", 6), Tensor.Scalar("a", 7)]));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(["state.safetensors"], _folder.FileNames);
    }

    private static Tensor RandomTensor(string name, int[] shape, System.Random random)
    {
        int count = shape.Aggregate(1, (product, length) => product * length);
        return random.Next(6) switch
        {
            0 => Tensor.Of(name, Values<float>(count, random), shape),
            1 => Tensor.Of(name, Values<double>(count, random), shape),
            2 => Tensor.Of(name, Values<int>(count, random), shape),
            3 => Tensor.Of(name, Values<long>(count, random), shape),
            4 => Tensor.Of(name, Values<uint>(count, random), shape),
            _ => Tensor.Of(name, Values<byte>(count, random), shape),
        };
    }

    private static T[] Values<T>(int count, System.Random random) where T : unmanaged
    {
        T[] values = new T[count];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static byte[] Bytes(Tensor tensor) => tensor switch
    {
        Tensor<float> t => MemoryMarshal.AsBytes(t.Values.Span).ToArray(),
        Tensor<double> t => MemoryMarshal.AsBytes(t.Values.Span).ToArray(),
        Tensor<int> t => MemoryMarshal.AsBytes(t.Values.Span).ToArray(),
        Tensor<long> t => MemoryMarshal.AsBytes(t.Values.Span).ToArray(),
        Tensor<uint> t => MemoryMarshal.AsBytes(t.Values.Span).ToArray(),
        Tensor<byte> t => t.Values.ToArray(),
        _ => throw new InvalidOperationException(),
    };

    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));

    /// <summary>Memory of one byte that cannot be looked at, as if what it maps had gone.</summary>
    private sealed class FailingMemory : System.Buffers.MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(1);

        public override Span<byte> GetSpan() => throw new IOException("The memory is gone.");

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
