using LinearTransformers.Experiments.Watching;

namespace LinearTransformers.Experiments.Tests.Watching;

public sealed class GrowingFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lintf-test-");

    private string PathOfFile => Path.Combine(_folder.FullName, "lines");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_line_is_given_once_and_one_without_an_end_when_it_has_it()
    {
        GrowingFile file = new(PathOfFile);
        Assert.Null(file.Read(out _));
        File.WriteAllText(PathOfFile, "one\ntwo\nthr");
        AssertRead(file, false, "one", "two");
        AssertRead(file, false);
        File.AppendAllText(PathOfFile, "ee ∇\n\nfour\n");
        AssertRead(file, false, "three ∇", "", "four");
        File.Delete(PathOfFile);
        Assert.Null(file.Read(out _));
    }

    [Fact]
    public void A_file_that_is_replaced_by_one_that_begins_alike_is_read_on()
    {
        GrowingFile file = new(PathOfFile);
        File.WriteAllText(PathOfFile, "one\ntwo\n");
        AssertRead(file, false, "one", "two");
        File.Delete(PathOfFile);
        File.WriteAllText(PathOfFile, "one\ntwo\nthree\n");
        AssertRead(file, false, "three");
    }

    [Theory]
    [InlineData("one\n", "one")]
    [InlineData("one\n2.0\nthree\n", "one|2.0|three")]
    [InlineData("", "")]
    public void Another_file_is_read_from_its_first_line_on(string text, string lines)
    {
        GrowingFile file = new(PathOfFile);
        File.WriteAllText(PathOfFile, "one\ntwo\n");
        AssertRead(file, false, "one", "two");
        File.WriteAllText(PathOfFile, text);
        AssertRead(file, true, lines.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Lines_longer_than_what_is_read_at_once_are_whole()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), 997 * (i % 40)))];
        File.WriteAllText(PathOfFile, string.Concat(lines.Select(line => line + "\n")));
        GrowingFile file = new(PathOfFile);
        AssertRead(file, false, lines);
        File.AppendAllText(PathOfFile, "end\n");
        AssertRead(file, false, "end");
    }

    [Fact]
    public void A_writer_may_have_the_file_open()
    {
        using FileStream writer = new(PathOfFile, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        GrowingFile file = new(PathOfFile);
        writer.Write("one\n"u8);
        AssertRead(file, false, "one");
        writer.Write("two\n"u8);
        AssertRead(file, false, "two");
    }

    private static void AssertRead(GrowingFile file, bool isAnother, params string[] lines)
    {
        Assert.Equal(lines, file.Read(out bool other));
        Assert.Equal(isAnother, other);
    }
}
