using System.Text;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public class RejectionTests
{
    private const string A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private const string Keys = "only dtype, shape and data_offsets belong there.";

    [Theory]
    [InlineData("", "byte 8: the header should be JSON that starts with '{'; is this a safetensors file?")]
    [InlineData(" {}", "byte 8: the header should be JSON that starts with '{'; is this a safetensors file?")]
    [InlineData("[]", "byte 8: the header should be JSON that starts with '{'; is this a safetensors file?")]
    [InlineData("{\n\n\"a",
        "byte 13: the header is not JSON as the format has it: Expected end of string, but instead reached end of data.")]
    [InlineData("{} \n", "byte 11: only spaces should follow the header's JSON.")]
    [InlineData("{}{}", "byte 10: only spaces should follow the header's JSON.")]
    [InlineData("{},", "byte 10: only spaces should follow the header's JSON.")]
    [InlineData("{\"\\ud800\":1}", "byte 9: the text has an escape that is not a Unicode character.")]
    [InlineData("{" + A + "," + A + "}", "byte 62: \"a\" appears twice; names should be unique.")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", "byte 27: \"__metadata__\" appears twice; names should be unique.")]
    [InlineData("{\"__metadata__\":null}", "byte 24: __metadata__ should be an object of text by key.")]
    [InlineData("{\"__metadata__\":[]}", "byte 24: __metadata__ should be an object of text by key.")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", "byte 29: metadata \"k\" should be text.")]
    [InlineData("{\"__metadata__\":{\"k\":null}}", "byte 29: metadata \"k\" should be text.")]
    [InlineData("{\"__metadata__\":{\"k\":{}}}", "byte 29: metadata \"k\" should be text.")]
    [InlineData("{\"__metadata__\":{\"k\":\"\",\"\\u006b\":\"\"}}", "byte 32: metadata \"k\" appears twice; keys should be unique.")]
    [InlineData("{\"__metadata__\":{\"k\":\"\\udc00\"}}", "byte 29: the text has an escape that is not a Unicode character.")]
    public void A_header_that_is_none_is_rejected(string json, string message) =>
        Assert.Equal(message, FileBytes.Rejection(FileBytes.Of(json, 0)));

    [Theory]
    [InlineData("1", "it should be an object with dtype, shape and data_offsets.")]
    [InlineData("[[[[[[[[", "it should be an object with dtype, shape and data_offsets.")]
    [InlineData("{}", "it has no dtype; it should have one.")]
    [InlineData("{\"dtype\":\"F32\",\"data_offsets\":[0,8]}", "it has no shape; it should have one.")]
    [InlineData("{\"dtype\":\"F32\",\"shape\":[2]}", "it has no data_offsets; it should have one.")]
    [InlineData("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\\n\":1}", "it has the key \"x\\u000a\"; " + Keys)]
    [InlineData("{\"Dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", "it has the key \"Dtype\"; " + Keys)]
    [InlineData("{\"dtype\":\"F32\",\"dtype\":\"F32\"}", "dtype appears twice; it should appear once.")]
    [InlineData("{\"shape\":[2],\"shape\":[2]}", "shape appears twice; it should appear once.")]
    [InlineData("{\"data_offsets\":[0,8],\"data_offsets\":[0,8]}", "data_offsets appears twice; it should appear once.")]
    [InlineData("{\"dtype\":32}", "dtype should be text: F32, F64, I32, I64, U32, U8 or BOOL.")]
    [InlineData("{\"dtype\":\"f32\"}", "dtype \"f32\" is not one we read; it should be F32, F64, I32, I64, U32, U8 or BOOL.")]
    [InlineData("{\"dtype\":\"BF16\"}", "dtype \"BF16\" is not one we read; it should be F32, F64, I32, I64, U32, U8 or BOOL.")]
    [InlineData("{\"shape\":2}", "shape should be a list of whole numbers.")]
    [InlineData("{\"shape\":null}", "shape should be a list of whole numbers.")]
    [InlineData("{\"shape\":[-1]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[-0]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[2.0]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[2e0]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[\"2\"]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[true]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[2147483648]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"shape\":[99999999999999999999]}", "shape has something other than a whole number from 0 to 2147483647 at byte 23.")]
    [InlineData("{\"data_offsets\":8}", "data_offsets should be a list of whole numbers.")]
    [InlineData("{\"data_offsets\":[8]}", "data_offsets has 1 numbers; it should have two, begin and end.")]
    [InlineData("{\"data_offsets\":[0,4,8]}", "data_offsets has 3 numbers; it should have two, begin and end.")]
    [InlineData("{\"data_offsets\":[0,9223372036854775808]}",
        "data_offsets has something other than a whole number from 0 to 9223372036854775807 at byte 32.")]
    [InlineData("{\"data_offsets\":[-8,0]}",
        "data_offsets has something other than a whole number from 0 to 9223372036854775807 at byte 30.")]
    public void An_entry_that_is_none_is_rejected(string entry, string message) =>
        Assert.Equal($"tensor \"a\": {message}", FileBytes.Rejection(FileBytes.Of($"{{\"a\":{entry}}}", 8)));

    [Theory]
    [InlineData("[2]", "[0,8]", 7, "data_offsets [0, 8]: they should end within the file's 7 bytes of data; is the file cut short?")]
    [InlineData("[2]", "[8,0]", 8, "data_offsets [8, 0]: the end should not be before the beginning.")]
    [InlineData("[3]", "[0,8]", 8, "data_offsets [0, 8]: they span 8 bytes; F32 [3] should take 12.")]
    [InlineData("[]", "[0,8]", 8, "data_offsets [0, 8]: they span 8 bytes; F32 [] should take 4.")]
    [InlineData("[2,0]", "[0,8]", 8, "data_offsets [0, 8]: they span 8 bytes; F32 [2, 0] should take 0.")]
    [InlineData("[2]", "[4,12]", 12, "data_offsets [4, 12]: there is a gap of 4 bytes before it; it should begin at 0.")]
    [InlineData("[0]", "[4,4]", 4, "data_offsets [4, 4]: there is a gap of 4 bytes before it; it should begin at 0.")]
    [InlineData("[2147483647,2147483647,2]", "[0,8]", 8,
        "shape [2147483647, 2147483647, 2] overflows; its size in bytes should fit 63 bits.")]
    [InlineData("[2147483647,2147483647,3]", "[0,8]", 8,
        "shape [2147483647, 2147483647, 3] overflows; its size in bytes should fit 63 bits.")]
    [InlineData("[2147483647,2147483647,2147483647,0]", "[0,0]", 0,
        "shape [2147483647, 2147483647, 2147483647, 0] overflows; its size in bytes should fit 63 bits.")]
    [InlineData("[1000000000]", "[0,4000000000]", 8,
        "data_offsets [0, 4000000000]: they should end within the file's 8 bytes of data; is the file cut short?")]
    public void A_tensor_that_does_not_fit_its_data_is_rejected(string shape, string offsets, int dataLength, string message)
    {
        string json = $"{{\"a\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}";
        Assert.Equal($"tensor \"a\": {message}", FileBytes.Rejection(FileBytes.Of(json, dataLength)));
    }

    [Theory]
    [InlineData("[0,8]", 8, "tensor \"b\": data_offsets [0, 8]: it overlaps the tensor before it; it should begin at 8.")]
    [InlineData("[4,12]", 12, "tensor \"b\": data_offsets [4, 12]: it overlaps the tensor before it; it should begin at 8.")]
    [InlineData("[9,17]", 17, "tensor \"b\": data_offsets [9, 17]: there is a gap of 1 bytes before it; it should begin at 8.")]
    [InlineData("[8,16]", 19, "byte 136: 3 bytes follow the last tensor; the file should end here.")]
    public void Tensors_that_do_not_fill_the_data_exactly_are_rejected(string offsets, int dataLength, string message)
    {
        string json = $"{{{A},\"b\":{{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":{offsets}}}}}".PadRight(112);
        Assert.Equal(message, FileBytes.Rejection(FileBytes.Of(json, dataLength)));
    }

    [Theory]
    [InlineData(0UL, "byte 8: the header should be JSON that starts with '{'; is this a safetensors file?")]
    [InlineData(3UL, "byte 0: the header is said to have 3 bytes, but 2 follow; is the file cut short?")]
    [InlineData(100_000_000UL, "byte 0: the header is said to have 100000000 bytes, but 2 follow; is the file cut short?")]
    [InlineData(100_000_001UL,
        "byte 0: the header is said to have 100000001 bytes; it should have 100000000 at most. Is this a safetensors file?")]
    [InlineData(ulong.MaxValue,
        "byte 0: the header is said to have 18446744073709551615 bytes; it should have 100000000 at most. Is this a safetensors file?")]
    public void A_header_length_that_cannot_be_is_rejected(ulong length, string message) =>
        Assert.Equal(message, FileBytes.Rejection(FileBytes.Of(length, "{}"u8, [])));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_too_short_for_a_header_length_is_rejected(int length) => Assert.Equal(
        $"byte 0: the file has {length} bytes; it should have 8 at least, the length of the header.",
            FileBytes.Rejection(new byte[length]));

    [Fact]
    public void Text_that_is_not_UTF_8_is_rejected_at_its_first_wrong_byte()
    {
        byte[] json = [.. "{\"σ"u8, 0xFF, .. "\":1}"u8];
        Assert.Equal("byte 12: the header is not UTF-8 from here on; it should be JSON in UTF-8.",
            FileBytes.Rejection(FileBytes.Of(json, [])));
    }

    [Fact]
    public void A_byte_order_mark_is_rejected() =>
        Assert.StartsWith("byte 8: the header should be JSON", FileBytes.Rejection(FileBytes.Of([0xEF, 0xBB, 0xBF, .. "{}"u8], [])),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"__metadata__\":", "{\"k\":")]
    [InlineData("{\"a\":{\"shape\":", "[")]
    [InlineData("", "{\"a\":")]
    public void Nesting_without_end_is_rejected(string start, string nest)
    {
        string json = start + new StringBuilder().Insert(0, nest, 100_000);
        Assert.True(FileBytes.Rejection(FileBytes.Of(json, 0)).Length < 200);
    }

    [Fact]
    public void Names_without_end_or_with_line_breaks_make_short_messages_of_one_line()
    {
        string json = $"{{\"\\n\\u202e{new string('n', 100_000)}\":1}}";
        Assert.Equal(
            $"tensor \"\\u000a\\u202e{new string('n', 78)}…\": it should be an object with dtype, shape and data_offsets.",
            FileBytes.Rejection(FileBytes.Of(json, 0)));
    }

    [Fact]
    public void A_small_file_that_promises_much_takes_no_memory()
    {
        string json = "{\"a\":{\"dtype\":\"F64\",\"shape\":[500000000],\"data_offsets\":[0,4000000000]}}";
        byte[] bytes = FileBytes.Of(json, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TensorFormatException>(() => FileBytes.Read(bytes));
        Assert.Throws<TensorFormatException>(() => FileBytes.Read(FileBytes.Of(99_999_999, "{}"u8, [])));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_stream_without_a_length_is_rejected()
    {
        using System.IO.Pipes.AnonymousPipeServerStream pipe = new();
        TensorFormatException thrown = Assert.Throws<TensorFormatException>(() => TensorFile.Read(pipe, "p\n"));
        Assert.Equal("p\\u000a: byte 0: this is a pipe or a device; it should be an ordinary file.", thrown.Message);
    }

    [Fact]
    public void A_missing_file_is_an_input_error_not_a_format_error() =>
        Assert.Throws<FileNotFoundException>(() => TensorFile.Read("/nowhere.safetensors".TrimStart('/')));
}
