using LinearTransformers.Exchange;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;
using LinearTransformers.Tests.Fuzz;

namespace LinearTransformers.Tests.Storage.Torch;

public class TorchRejectionTests
{
    private const string Name = "runs/x.pth";

    /// <summary>Where the pickle begins in the files of <see cref="TorchBytes"/>: after a record's header and name.</summary>
    private const int Start = 30 + 10;

    [Fact]
    public void Whatever_else_a_pickle_names_is_refused_and_never_called()
    {
        Assert.Equal(
            $"byte {Start + 2}: \"os.system\" is not read here; only tensors of float, double, long, int, byte and bool, dictionaries, "
                + "lists, tuples, numbers and text are.",
            Rejection(new PickleBuilder().Global("os", "system").Text("true").Op(0x85).Op('R')));
        Assert.Contains("\"torch.HalfStorage\" is not read here",
            Rejection(new PickleBuilder().Tensor("0", 1, 0, [1], [1], "HalfStorage"), [0, 0]));
    }

    [Fact]
    public void Opcodes_that_torch_save_does_not_write_are_refused()
    {
        foreach (int opcode in Enumerable.Range(0, 256)
            .Except([.. "(NKMJGXc]})tqrhjaesubQR."u8.ToArray().Select(value => (int)value), 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A]))
        {
            Assert.Equal(
                $"byte {Start + 3}: opcode {opcode:X2} is none that torch.save writes for tensors, dictionaries, lists, tuples, "
                    + "numbers and text.",
                Rejection(new PickleBuilder().Op('N').Op((byte)opcode)));
        }
    }

    [Theory]
    [InlineData("]q\0h\0a", "a list, a dictionary or a tuple of more than keys stands in two places")]
    [InlineData("N)R", "this call is none that torch.save writes")]
    [InlineData("a", "this opcode needs 1 values before it, and there are 0")]
    [InlineData("]a", "this opcode needs a value before it, and there is none")]
    [InlineData("t", "this opcode needs a mark before it, and there is none")]
    [InlineData("h\u0005", "nothing was remembered as 5")]
    [InlineData("NN", "the pickle ends with 2 values and 0 open marks")]
    [InlineData("(N", "the pickle ends with 1 values and 1 open marks")]
    [InlineData("}NNs", "a key should be text, a whole number or a tuple")]
    [InlineData("}K\u0001NsK\u0001Ns", "the key \"1\" is there twice")]
    [InlineData("}}b", "only an OrderedDict should have a state")]
    [InlineData("NQ", "a storage should be (\"storage\", type, key, location, count)")]
    [InlineData("X\u00ff\u00ff\u00ff\u007f", "2147483647 bytes should follow")]
    [InlineData("ccollections\nOrderedDict\n", "a type or a storage stands here by itself")]
    public void A_pickle_that_makes_no_sense_is_refused(string pickle, string message)
        => Assert.Contains(message, Rejection(new PickleBuilder().Op([.. pickle.Select(c => (byte)c)])));

    [Fact]
    public void A_tensor_that_does_not_fit_its_storage_is_refused()
    {
        Assert.Contains("a tensor of shape [1000, 1000] repeats its storage's 2 numbers; save a contiguous copy",
            Rejection(new PickleBuilder().Tensor("0", 2, 0, [1000, 1000], [0, 0]), new byte[8]));
        Assert.Contains("reaches beyond its storage's 2 numbers", Rejection(new PickleBuilder().Tensor("0", 2, 1, [2], [1]), new byte[8]));
        Assert.Contains("reaches beyond its storage's 2 numbers", Rejection(new PickleBuilder().Tensor("0", 2, -1, [1], [1]), new byte[8]));
        Assert.Contains("should have a length and a stride from 0 to",
            Rejection(new PickleBuilder().Tensor("0", 2, 0, [-1], [1]), new byte[8]));
        Assert.Contains("has 8 bytes here; it should have 12", Rejection(new PickleBuilder().Tensor("0", 3, 0, [3], [1]), new byte[8]));
        Assert.Contains("it should fit the file's", Rejection(new PickleBuilder().Tensor("0", int.MaxValue, 0, [1], [1]), new byte[8]));
        Assert.Contains("there is no record for the storage \"7\"",
            Rejection(new PickleBuilder().Tensor("7", 2, 0, [2], [1]), new byte[8]));
        Assert.Contains("has 65 axes",
            Rejection(new PickleBuilder().Tensor("0", 2, 0, [.. Enumerable.Repeat(1, 65)], [.. Enumerable.Repeat(1, 65)]), new byte[8]));
    }

    [Fact]
    public void Views_of_the_same_numbers_again_and_again_are_refused()
    {
        PickleBuilder pickle = new PickleBuilder().Op(']').Op('(');
        for (int i = 0; i < 200; i++)
        {
            pickle.Tensor("0", 100_000, 0, [100_000], [1]);
        }

        Assert.Contains("tensors look at the same numbers again and again", Rejection(pickle.Op('e'), new byte[400_000]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("<html>")]
    [InlineData("\u0080\u0002}.")]
    public void What_is_no_file_of_torch_save_is_refused(string text)
        => Assert.Equal("byte 0: neither of the formats of torch.save begins like this; is this a file of PyTorch's?",
            Rejection([.. text.Select(c => (byte)c)]));

    [Theory]
    [InlineData("train_hist_list.pth")]
    [InlineData("train_hist_list_legacy.pth")]
    public void A_file_cut_anywhere_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "pth", name));
        for (int length = 0; length < whole.Length; length++)
        {
            Rejection(whole[..length]);
        }

        Rejection([.. whole, 0]);
    }

    [Fact]
    public void A_number_changed_in_an_archive_is_found_by_its_checksum()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "pth", "train_hist_list.pth"));
        bytes[0x300] ^= 1;
        Assert.Equal(
            "byte 576: the record \"train_hist_list/data/0\" does not have the checksum that the ZIP directory gives; the file is "
                + "damaged.", Rejection(bytes));
    }

    [Fact]
    public void Lists_nested_without_end_are_refused_without_recursion()
    {
        PickleBuilder pickle = new();
        for (int i = 0; i < 100_000; i++)
        {
            pickle.Op(']');
        }

        for (int i = 1; i < 100_000; i++)
        {
            pickle.Op('a');
        }

        TorchFile file = TorchFile.Read(TorchBytes.Archive(pickle), Name);
        Assert.Contains("lies too deep", Assert.Throws<TensorFormatException>(() => PublishedFile.Of(file)).Message);
    }

    [Fact]
    public void A_small_file_that_promises_much_takes_no_memory()
    {
        byte[] bytes = TorchBytes.Archive(new PickleBuilder().Tensor("0", int.MaxValue, 0, [int.MaxValue], [1]), new byte[8]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TensorFormatException>(() => TorchFile.Read(bytes, Name));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static string Rejection(PickleBuilder pickle, params IEnumerable<byte[]> storages)
        => Rejection(TorchBytes.Archive(pickle, storages));

    private static string Rejection(byte[] bytes)
    {
        string message = Assert.Throws<TensorFormatException>(() => TorchFile.Read(bytes, Name)).Message;
        Assert.StartsWith(Name + ": byte ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        return message[(Name.Length + 2)..];
    }
}
