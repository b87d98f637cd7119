using System.Text;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public class LayoutTests
{
    // 8 + 184 = 192 = 3·64 bytes before the data, of which the JSON fills all but the spaces at its end.
    private const string GoldenJson =
        "{\"__metadata__\":{\"B\":\"σ\",\"a\":\"1\"},"
        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]},"
        + "\"t\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}";

    private static byte[] Golden =>
    [
        0xB8, 0, 0, 0, 0, 0, 0, 0,
        .. Encoding.UTF8.GetBytes(GoldenJson), .. Enumerable.Repeat((byte)' ', 184 - Encoding.UTF8.GetByteCount(GoldenJson)),
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, // t = −2
        0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0, // w = [1, −2]
    ];

    private static Tensor[] GoldenTensors => [Tensor.Of("w", [1f, -2f], 1, 2), Tensor.Scalar("t", -2L)];

    [Fact]
    public void A_file_is_written_byte_by_byte_as_the_format_says()
    {
        Dictionary<string, string> metadata = new() { ["a"] = "1", ["B"] = "σ" };
        Assert.Equal(Golden, FileBytes.Write(GoldenTensors, metadata));
    }

    [Fact]
    public void A_file_spelled_out_by_hand_is_read()
    {
        TensorFile file = FileBytes.Read(Golden);
        Assert.Equal(["w", "t"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1f, -2f], file.Get<float>("w", 1, 2).ToArray());
        Assert.Equal(-2L, file.GetScalar<long>("t"));
        Assert.Equal(new Dictionary<string, string> { ["B"] = "σ", ["a"] = "1" }, file.Metadata);
    }

    [Fact]
    public void A_file_without_tensors_has_a_header_only()
    {
        Assert.Equal([56, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}', .. Enumerable.Repeat((byte)' ', 54)], FileBytes.Write([]));
        Assert.Empty(FileBytes.Read(FileBytes.Of("{}", 0)).Tensors);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_however_the_metadata_was_put_together()
    {
        Dictionary<string, string> forwards = new() { ["a"] = "1", ["b"] = "2", ["Z"] = "3" };
        Dictionary<string, string> backwards = new() { ["Z"] = "3", ["b"] = "2", ["a"] = "1" };
        Assert.Equal(FileBytes.Write(GoldenTensors, forwards), FileBytes.Write(GoldenTensors, backwards));
    }

    [Fact]
    public void Empty_metadata_is_no_metadata() =>
        Assert.Equal(FileBytes.Write(GoldenTensors), FileBytes.Write(GoldenTensors, new Dictionary<string, string>()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(200)]
    public void The_data_begins_at_a_multiple_of_64_however_long_the_names_are(int length)
    {
        byte[] bytes = FileBytes.Write([Tensor.Scalar(new string('n', length), 7.0)]);
        Assert.Equal(0, (bytes.Length - sizeof(double)) % 64);
        Assert.Equal(bytes.Length - sizeof(double) - 8, bytes[0] + (256 * bytes[1]));
    }

    [Fact]
    public void Wide_elements_stand_first_so_that_all_are_aligned()
    {
        byte[] file = FileBytes.Write([
            Tensor.Vector("bytes", new byte[] { 1, 2, 3 }), Tensor.Scalar("first", 1f), Tensor.Scalar("wide", 1.0),
                Tensor.Scalar("second", 2)]);
        string json = Encoding.UTF8.GetString(file);
        Assert.Contains("\"wide\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}", json, StringComparison.Ordinal);
        Assert.Contains("\"first\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}", json, StringComparison.Ordinal);
        Assert.Contains("\"second\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[12,16]}", json, StringComparison.Ordinal);
        Assert.Contains("\"bytes\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[16,19]}", json, StringComparison.Ordinal);
        Assert.Equal(["bytes", "first", "wide", "second"], FileBytes.Read(file).Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Headers_of_other_writers_are_read_unaligned_unordered_spaced_and_with_metadata_last()
    {
        const string Json = "{ \"b\" : {\"data_offsets\":[1,5], \"shape\":[1], \"dtype\":\"F32\"},\n"
            + "\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]},\n\"__metadata__\":{\"\\u0066ormat\":\"pt\"} }  ";
        TensorFile file = FileBytes.Read(FileBytes.Of(Encoding.UTF8.GetBytes(Json), [1, 0, 0, 0x80, 0x3F]));
        Assert.Equal(1f, file.Get<float>("b", 1).Span[0]);
        Assert.Equal(1, file.Get<byte>("a", 1).Span[0]);
        Assert.Equal(ElementType.Bool, file["a"].Type);
        Assert.Equal("pt", file.GetMetadata("format"));
    }
}
