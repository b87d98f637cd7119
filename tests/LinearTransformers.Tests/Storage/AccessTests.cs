using System.Collections.Immutable;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public class AccessTests
{
    private static TensorFile Sample => FileBytes.Read(FileBytes.Write(
        [Tensor.Of("w", [1f, 2f, 3f, 4f, 5f, 6f], 2, 3), Tensor.Scalar("t", 7)], new Dictionary<string, string> { ["seed"] = "0" }));

    [Fact]
    public void Any_length_fits_where_any_length_will_do()
    {
        Assert.Equal(6, Sample.Get<float>("w", TensorFile.AnyLength, 3).Length);
        Assert.Equal(ImmutableArray.Create(2, 3), Sample["w"].Shape);
    }

    [Fact]
    public void A_tensor_may_be_asked_for()
    {
        Assert.True(Sample.TryGet("t", out Tensor? tensor));
        Assert.Equal(7, Assert.IsType<Tensor<int>>(tensor).Values.Span[0]);
        Assert.False(Sample.TryGet("T", out _));
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        AssertRejected("tensor \"v\": it is not in the file; it should be.", file => _ = file["v"]);
        AssertRejected("tensor \"v\": it is not in the file; it should be.", file => file.Get<float>("v"));
        AssertRejected("byte 8: the header has no metadata \"Seed\"; it should have some.", file => file.GetMetadata("Seed"));
        Assert.Equal("0", Sample.GetMetadata("seed"));
    }

    [Fact]
    public void Another_type_is_not_converted() =>
        AssertRejected("tensor \"w\": it is F32; it should be F64.", file => file.Get<double>("w", 2, 3));

    [Fact]
    public void Another_shape_is_rejected()
    {
        AssertRejected("tensor \"w\": its shape is [2, 3]; it should be [3, 2].", file => file.Get<float>("w", 3, 2));
        AssertRejected("tensor \"w\": its shape is [2, 3]; it should be [*, 2].", file => file.Get<float>("w", TensorFile.AnyLength, 2));
        AssertRejected("tensor \"w\": its shape is [2, 3]; it should be [6].", file => file.Get<float>("w", 6));
        AssertRejected("tensor \"w\": its shape is [2, 3]; it should be [].", file => file.GetScalar<float>("w"));
        AssertRejected("tensor \"t\": its shape is []; it should be [*].", file => file.Get<int>("t", TensorFile.AnyLength));
    }

    [Fact]
    public void Elements_the_format_lacks_are_a_mistake_of_the_caller()
    {
        Assert.Throws<NotSupportedException>(() => Sample.Get<decimal>("w"));
        NotSupportedException thrown = Assert.Throws<NotSupportedException>(() => Tensor.Scalar("x", 'x'));
        Assert.Equal("Tensors of Char are not supported; use float, double, int, long, uint or byte.", thrown.Message);
    }

    [Fact]
    public void A_tensor_that_cannot_be_is_not_made()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Tensor.Of("w", [1f, 2f], 3));
        Assert.StartsWith("Tensor \"w\": shape [3] does not hold 2 values; the product of its lengths should be 2.", thrown.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.Of("w", [1f, 2f]));
        Assert.Throws<ArgumentException>(() => Tensor.Of("w", [1f, 2f], -1, -2));
        Assert.Throws<ArgumentException>(() => Tensor.Of("w", Array.Empty<float>(), int.MaxValue, int.MaxValue, int.MaxValue, 0));
        Assert.Throws<ArgumentException>(() => Tensor.Scalar("__metadata__", 1f));
        Assert.Throws<ArgumentException>(() => Tensor.Scalar("half a pair \ud800", 1f));
    }

    [Fact]
    public void A_file_that_could_not_be_read_back_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => FileBytes.Write([Tensor.Scalar("a", 1), Tensor.Scalar("a", 1f)]));
        Assert.Throws<ArgumentException>(() => FileBytes.Write([null!]));
        Assert.Throws<ArgumentException>(() => FileBytes.Write([], new Dictionary<string, string> { ["k"] = null! }));
        Assert.Throws<ArgumentException>(() => FileBytes.Write([], new Dictionary<string, string> { ["k"] = "\udc00\ud800" }));
        Assert.Throws<ArgumentException>(
            () => FileBytes.Write([], new Dictionary<string, string> { ["k"] = new string('x', 100_000_000) }));
    }

    private static void AssertRejected(string message, Action<TensorFile> access) =>
        Assert.Equal($"{FileBytes.Name}: {message}", Assert.Throws<TensorFormatException>(() => access(Sample)).Message);
}
