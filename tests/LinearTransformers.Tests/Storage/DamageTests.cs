using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public class DamageTests
{
    private static readonly byte[] JsonBytes = [.. "{}[]\",:0123456789-+.eE\\ntrufals "u8, 0x00, 0x0A, 0x7F, 0x80, 0xC3, 0xFF];

    private static byte[] Valid => FileBytes.Write(
        [Tensor.Of("w", [1f, 2f, 3f, 4f, 5f, 6f], 2, 3), Tensor.Scalar("t", 7L), Tensor.Of("none", Array.Empty<int>(), 0, 4),
            Tensor.Vector("u", new byte[] { 1, 2, 3 })],
        new Dictionary<string, string> { ["seed"] = "0" });

    [Fact]
    public void A_file_cut_anywhere_is_rejected()
    {
        byte[] valid = Valid;
        for (int length = 0; length < valid.Length; length++)
            FileBytes.Rejection(valid[..length]);
        FileBytes.Read(valid);
    }

    [Fact]
    public void A_file_with_anything_after_it_is_rejected() => FileBytes.Rejection([.. Valid, 0]);

    [Fact]
    public void A_file_with_a_byte_missing_anywhere_is_rejected()
    {
        byte[] valid = Valid;
        for (int at = 0; at < valid.Length; at++)
            FileBytes.Rejection([.. valid[..at], .. valid[(at + 1)..]]);
    }

    [Fact]
    public void Every_value_of_every_header_byte_is_read_whole_or_rejected_in_one_line()
    {
        byte[] valid = Valid;
        int rejected = 0;
        for (int at = 0; at < valid.Length; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] damaged = valid.ToArray();
                damaged[at] = (byte)value;
                rejected += IsRejected(damaged) ? 1 : 0;
            }
        }
        Assert.InRange(rejected, 20_000, valid.Length * 256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_changes_at_once_are_read_whole_or_rejected_in_one_line(int seed)
    {
        System.Random random = new(seed);
        int rejected = 0;
        for (int mutation = 0; mutation < 20_000; mutation++)
        {
            List<byte> bytes = Valid.ToList();
            for (int change = random.Next(1, 5); change > 0; change--)
                Change(bytes, random);
            rejected += IsRejected([.. bytes]) ? 1 : 0;
        }
        Assert.InRange(rejected, 10_000, 19_999);
    }

    private static void Change(List<byte> bytes, System.Random random)
    {
        int at = random.Next(bytes.Count);
        byte value = random.Next(2) == 0 ? (byte)random.Next(256) : JsonBytes[random.Next(JsonBytes.Length)];
        switch (random.Next(4))
        {
            case 0:
                bytes.Insert(at, value);
                bytes.RemoveAt(random.Next(bytes.Count));
                break;
            case 1:
                int length = random.Next(1, 1 + Math.Min(16, bytes.Count - at));
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            default:
                bytes[at] = value;
                break;
        }
    }

    /// <summary>Whether the bytes are rejected as they should be; if not, what was read is checked for its size.</summary>
    private static bool IsRejected(byte[] bytes)
    {
        TensorFile file;
        try
        {
            file = FileBytes.Read(bytes);
        }
        catch (TensorFormatException e)
        {
            Assert.StartsWith(FileBytes.Name + ": ", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(e.Message, char.IsControl);
            return true;
        }

        long dataLength = bytes.Length - 8 - BitConverter.ToInt64(bytes);
        Assert.Equal(dataLength, file.Tensors.Sum(tensor => tensor.ByteLength));
        Assert.All(file.Tensors, tensor => Assert.Equal(tensor.Count, tensor.Shape.Aggregate(1, (product, length) => product * length)));
        FileBytes.Read(FileBytes.Write(file.Tensors, file.Metadata));
        return false;
    }
}
