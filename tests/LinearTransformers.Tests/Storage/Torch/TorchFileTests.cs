using System.Runtime.InteropServices;
using System.Text.Json;
using FsCheck.Xunit;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;
using LinearTransformers.Tests.Fuzz;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Storage.Torch;

public class TorchFileTests
{
    private const string Name = "runs/x.pth";

    [Theory]
    [InlineData("train_hist_list.pth")]
    [InlineData("train_hist_list_legacy.pth")]
    public void A_list_of_tensors_is_read_bit_for_bit_in_both_formats(string name)
    {
        PickledList list = Assert.IsType<PickledList>(Entry(Golden(name), "hist_list"));
        AssertHistory(list.Items);
    }

    [Fact]
    public void Tensors_that_are_transposed_in_the_file_are_read_row_by_row()
    {
        TorchFile file = Golden("variable_L_hist.pth");
        AssertHistory(((PickledList)Entry(file, "hist")!).Items);
        Assert.Equal(Expected.Floats("U"), ((TorchTensor)Entry(file, "U")!).Values<float>());
        Assert.Equal(Expected.Floats("D"), ((TorchTensor)Entry(file, "D")!).Values<float>());
    }

    [Fact]
    public void Dictionaries_with_tuples_as_keys_are_read_in_their_order()
    {
        TorchFile file = Golden("rotation_hist_dict.pth");
        PickledDictionary runs = (PickledDictionary)Entry(file, "hist_dict")!;
        Assert.Equal(["0", "1"], runs.Entries.Select(entry => Assert.Single(entry.Key.Parts)));
        AssertHistory([.. runs.Entries.SelectMany(entry => ((PickledList)entry.Value!).Items)]);
        Assert.All(((PickledDictionary)Entry(file, "U_dict")!).Entries, entry
            => Assert.Equal(Expected.Floats("U"), ((TorchTensor)entry.Value!).Values<float>()));
    }

    [Fact]
    public void State_dicts_are_read_without_the_versions_of_their_modules()
    {
        TorchFile file = Golden("nonlinear_hist.pth");
        PickledDictionary state = (PickledDictionary)((PickledList)Entry(file, "hist_list")!).Items[0]!;
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], state.Entries.Select(entry => entry.Key.Text));
        Assert.Equal([3, 2], ((TorchTensor)state.Entries[0].Value!).Shape);
    }

    [Fact]
    public void Numbers_are_read()
        => Assert.Equal([1.5, 2.25, 3.125], ((PickledList)Entry(Golden("noise_list.pth"), "noiseList")!).Items.Cast<double>());

    [Property(MaxTest = 200)]
    public void Any_view_of_a_storage_shows_what_its_strides_say(byte rows, byte columns, bool transposed, byte offset, int seed)
    {
        (int n, int m, int first) = (1 + (rows % 6), 1 + (columns % 6), offset % 7);
        float[] storage = new float[first + (n * m)];
        new System.Random(seed).NextBytes(MemoryMarshal.AsBytes(storage.AsSpan()));
        int[] strides = transposed ? [1, n] : [m, 1];
        byte[] bytes = MemoryMarshal.AsBytes(storage.AsSpan()).ToArray();
        TorchFile file = TorchFile.Read(
            TorchBytes.Archive(new PickleBuilder().Tensor("0", storage.Length, first, [n, m], strides, location: "cuda:0"), bytes), Name);
        TorchTensor tensor = Assert.IsType<TorchTensor>(file.Root);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(storage[first + (i * strides[0]) + (j * strides[1])]),
                    BitConverter.SingleToInt32Bits(tensor.Values<float>()[(i * m) + j]));
            }
        }
    }

    [Theory]
    [InlineData("DoubleStorage", 8, ElementType.F64)]
    [InlineData("LongStorage", 8, ElementType.I64)]
    [InlineData("IntStorage", 4, ElementType.I32)]
    [InlineData("ByteStorage", 1, ElementType.U8)]
    [InlineData("BoolStorage", 1, ElementType.Bool)]
    public void Tensors_of_other_types_are_read(string storage, int size, object type)
    {
        byte[] bytes = [.. Enumerable.Range(0, 3 * size).Select(i => (byte)(i % size == 0 ? 1 : 0))];
        TorchTensor tensor =
            (TorchTensor)TorchFile.Read(TorchBytes.Archive(new PickleBuilder().Tensor("0", 3, 0, [3], [1], storage), bytes), Name).Root!;
        Assert.Equal(type, tensor.Type);
        using MemoryStream written = new();
        TensorFile.Write(written, [tensor.Named("t")]);
        Assert.Equal(bytes, written.ToArray()[^bytes.Length..]);
    }

    [Fact]
    public void A_tensor_without_axes_is_one_number()
        => Assert.Equal([2.5],
            ((TorchTensor)TorchFile.Read(
                TorchBytes.Archive(new PickleBuilder().Tensor("0", 1, 0, [], []), BitConverter.GetBytes(2.5f)), Name).Root!).ToDoubles());

    internal static JsonElement Expected => GoldenFile.Read("pth/expected");

    private static TorchFile Golden(string name) => TorchFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "pth", name));

    private static object? Entry(TorchFile file, string name)
        => ((PickledDictionary)file.Root!).Entries.Single(entry => entry.Key.Text == name).Value;

    private static void AssertHistory(IReadOnlyList<object?> items)
    {
        JsonElement[] expected = [.. Expected.GetProperty("hist").EnumerateArray()];
        Assert.Equal(expected.Length, items.Count);
        foreach ((JsonElement values, object? item) in expected.Zip(items))
        {
            TorchTensor tensor = Assert.IsType<TorchTensor>(item);
            Assert.Equal([3, 1, 2, 5, 5], tensor.Shape);
            Assert.Equal([.. values.EnumerateArray().Select(value => (float)value.GetDouble())], tensor.Values<float>());
        }
    }
}
