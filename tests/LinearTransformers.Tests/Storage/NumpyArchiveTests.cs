using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Xunit;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public sealed partial class NumpyArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 100)]
    public void Any_tensor_comes_back_with_its_shape_and_bits(byte[] shape, int seed)
    {
        int[] lengths = [.. shape.Take(4).Select(length => length % 5)];
        float[] values = new float[lengths.Aggregate(1, (product, length) => product * length)];
        new System.Random(seed).NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Of("a", values, lengths), Tensor.Scalar("b", 7L)]);
        (string description, int[] read, byte[] data) = Read("a");
        Assert.Equal("<f4", description);
        Assert.Equal(lengths, read);
        Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), data);
        Assert.Equal([7L], MemoryMarshal.Cast<byte, long>(Read("b").Data).ToArray());
    }

    [Fact]
    public void Every_type_has_the_name_that_NumPy_gives_it()
    {
        NumpyArchive.Write(_folder.File("a.npz"),
            [Tensor.Scalar("f", 1f), Tensor.Scalar("d", 1.0), Tensor.Scalar("i", 1), Tensor.Scalar("l", 1L), Tensor.Scalar("u", 1u),
                Tensor.Scalar("b", (byte)1)]);
        Assert.Equal(["<f4", "<f8", "<i4", "<i8", "<u4", "|u1"], ((string[])["f", "d", "i", "l", "u", "b"])
            .Select(name => Read(name).Description));
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes()
    {
        NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Scalar("x", 1f)]);
        byte[] first = File.ReadAllBytes(_folder.File("a.npz"));
        NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Scalar("x", 1f)]);
        Assert.Equal(first, File.ReadAllBytes(_folder.File("a.npz")));
    }

    [Fact]
    public void What_NumPy_cannot_hold_is_refused_and_nothing_is_written()
    {
        Assert.Contains("has 33 axes",
            Assert.Throws<ArgumentException>(
                () => NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Of("x", [1f], [.. Enumerable.Repeat(1, 33)])])).Message);
        Assert.Contains("two tensors",
            Assert.Throws<ArgumentException>(
                () => NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Scalar("x", 1f), Tensor.Scalar("x", 2f)])).Message);
        Assert.Empty(_folder.FileNames);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("/etc/x")]
    [InlineData("..\\x")]
    [InlineData("C:x")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void A_name_that_is_no_files_is_refused_and_nothing_is_written(string name)
    {
        string message = Assert.Throws<ArgumentException>(
            () => NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Scalar("x", 1f), Tensor.Scalar(name, 1f)])).Message;
        Assert.Contains("a name should have 1 to 251 bytes, and no slash, backslash, colon or control character", message);
        Assert.DoesNotContain('\n', message);
        Assert.Throws<ArgumentException>(() => NumpyArchive.Write(_folder.File("a.npz"), [Tensor.Scalar(new string('σ', 126), 1f)]));
        Assert.Empty(_folder.FileNames);
    }

    /// <summary>Reads an array by the format's description, without our writer.</summary>
    private (string Description, int[] Shape, byte[] Data) Read(string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(_folder.File("a.npz"));
        ZipArchiveEntry entry = archive.GetEntry(name + ".npy")!;
        Assert.Equal(entry.Length, entry.CompressedLength);
        using MemoryStream memory = new();
        using (Stream stream = entry.Open())
        {
            stream.CopyTo(memory);
        }

        byte[] bytes = memory.ToArray();
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        int start = 10 + BitConverter.ToUInt16(bytes, 8);
        Assert.Equal(0, start % 64);
        Assert.Equal((byte)'\n', bytes[start - 1]);
        Match header = HeaderFormat().Match(Encoding.ASCII.GetString(bytes, 10, start - 10));
        Assert.True(header.Success);
        return (header.Groups[1].Value,
            [.. header.Groups[2].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)
                .Select(text => int.Parse(text.TrimEnd(','), System.Globalization.CultureInfo.InvariantCulture))], bytes[start..]);
    }

    [GeneratedRegex(@"^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(((?:\d+,|\d+(?:, \d+)+)?)\), \} *\n$")]
    private static partial Regex HeaderFormat();
}
