using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_is_written_as_UTF_8_without_a_byte_order_mark()
    {
        AtomicFile.WriteAllText(_folder.File("a"), "σ²\n");
        Assert.Equal([0xCF, 0x83, 0xC2, 0xB2, 0x0A], File.ReadAllBytes(_folder.File("a")));
        Assert.Equal(["a"], _folder.FileNames);
    }

    [Fact]
    public void A_longer_file_is_replaced_whole()
    {
        File.WriteAllText(_folder.File("a"), "something longer");
        AtomicFile.WriteAllBytes(_folder.File("a"), new byte[] { 1, 2 });
        Assert.Equal([1, 2], File.ReadAllBytes(_folder.File("a")));
        Assert.Equal(["a"], _folder.FileNames);
    }

    [Fact]
    public void While_it_is_being_written_the_old_file_stands()
    {
        File.WriteAllText(_folder.File("a"), "old");
        AtomicFile.Write(_folder.File("a"), stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(_folder.File("a")));
            Assert.Equal(2, _folder.FileNames.Length);
            Assert.StartsWith("a.tmp-", _folder.FileNames[1], StringComparison.Ordinal);
        });
        Assert.Equal("new", File.ReadAllText(_folder.File("a")));
    }

    [Fact]
    public void An_interrupted_write_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(_folder.File("a"), "old");
        InvalidDataException thrown = Assert.Throws<InvalidDataException>(() => AtomicFile.Write(_folder.File("a"), stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidDataException("in the middle");
        }));
        Assert.Equal("in the middle", thrown.Message);
        Assert.Equal("old", File.ReadAllText(_folder.File("a")));
        Assert.Equal(["a"], _folder.FileNames);
    }

    [Fact]
    public void An_interrupted_first_write_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(_folder.File("a"), _ => throw new OperationCanceledException()));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void A_folder_that_cannot_be_flushed_is_left()
    {
        DiskFolder.Flush(_folder.File("nowhere"));
        DiskFolder.Flush("/proc");
    }

    [Fact]
    public void Flushing_a_folder_leaves_nothing_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lists a process's open files in a folder.");
        int before = Open();
        for (int i = 0; i < 50; i++)
            DiskFolder.Flush(_folder.File("."));
        Assert.Equal(before, Open());

        int Open() => Directory.GetFiles("/proc/self/fd")
            .Count(path => new FileInfo(path).LinkTarget?.StartsWith(Path.GetFullPath(_folder.File(".")), StringComparison.Ordinal)
                ?? false);
    }

    [Theory]
    [InlineData("a", 255)]
    [InlineData("σ", 127)]
    [InlineData("漢", 85)]
    [InlineData("🧮", 63)]
    public void A_name_may_be_as_long_as_the_file_system_takes(string letter, int count)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows counts otherwise.");
        string name = string.Concat(Enumerable.Repeat(letter, count));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(name), 252, 255);
        AtomicFile.Write(_folder.File(name), stream =>
        {
            string temporary = Assert.Single(_folder.FileNames);
            Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(temporary), 1, 80);
            Assert.StartsWith(letter + letter, temporary, StringComparison.Ordinal);
            Assert.True(AtomicFile.IsTemporary(_folder.File(temporary)));
            stream.Write("new"u8);
        });
        Assert.Equal([name], _folder.FileNames);
        Assert.Equal("new", File.ReadAllText(_folder.File(name)));
    }

    [Fact]
    public void Temporaries_of_long_names_are_found_by_the_file()
    {
        string name = new('a', 200);
        string temporary = "";
        AtomicFile.Write(_folder.File(name), _ => temporary = Assert.Single(_folder.FileNames));
        File.WriteAllText(_folder.File(temporary), "half");
        File.WriteAllText(_folder.File("aaa.tmp-0123456789a"), "another's");
        AtomicFile.DeleteTemporaries(_folder.File(name));
        Assert.Equal(["aaa.tmp-0123456789a", name], _folder.FileNames);
    }

    [Fact]
    public void An_error_names_the_file_and_not_its_temporary()
    {
        string message = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteAllText(_folder.File("nowhere/a"), "")).Message;
        Assert.Contains(_folder.File("nowhere/a") + "'", message);
        Assert.DoesNotContain(".tmp-", message);
    }

    [Fact]
    public void A_missing_folder_is_an_error()
    {
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteAllText(_folder.File("nowhere/a"), ""));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void A_folder_in_the_way_is_an_error_and_stays()
    {
        Directory.CreateDirectory(_folder.File("a"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.WriteAllText(_folder.File("a"), ""));
        Assert.Equal(["a"], _folder.FileNames);
    }

    [Fact]
    public async Task Readers_among_many_writers_always_see_one_whole_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace a file that someone is reading.");
        string path = _folder.File("a");
        AtomicFile.WriteAllText(path, new string('0', 10_000));
        Task[] writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < 20; i++)
                AtomicFile.WriteAllText(path, new string((char)('0' + writer), 10_000));
        })).ToArray();
        do
        {
            string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(new string(text[0], 10_000), text);
        }
        while (!Task.WhenAll(writers).IsCompleted);
        await Task.WhenAll(writers);
        Assert.Equal(["a"], _folder.FileNames);
    }
}
