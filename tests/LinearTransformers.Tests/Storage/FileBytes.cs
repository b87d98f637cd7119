using System.Text;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

/// <summary>Files put together by hand, without our writer.</summary>
internal static class FileBytes
{
    /// <summary>What messages call the file.</summary>
    public const string Name = "runs/x.safetensors";

    public static byte[] Of(string json, int dataLength) => Of(Encoding.UTF8.GetBytes(json), new byte[dataLength]);

    public static byte[] Of(ReadOnlySpan<byte> json, ReadOnlySpan<byte> data) => Of((ulong)json.Length, json, data);

    public static byte[] Of(ulong jsonLength, ReadOnlySpan<byte> json, ReadOnlySpan<byte> data)
    {
        List<byte> bytes = new();
        for (int i = 0; i < 8; i++)
            bytes.Add((byte)(jsonLength >> (8 * i)));
        return [.. bytes, .. json, .. data];
    }

    public static TensorFile Read(byte[] bytes) => TensorFile.Read(new MemoryStream(bytes), Name);

    public static byte[] Write(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using MemoryStream stream = new();
        TensorFile.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>The one-line message, without the name of the file, that reading these bytes ends with.</summary>
    public static string Rejection(byte[] bytes)
    {
        string message = Assert.Throws<TensorFormatException>(() => Read(bytes)).Message;
        Assert.StartsWith(Name + ": ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        return message[(Name.Length + 2)..];
    }
}
