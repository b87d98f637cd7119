using LinearTransformers.Training;

namespace LinearTransformers.Tests.PublicApi;

public class PublicApiTests
{
    private const string OnRecord = "tests/LinearTransformers.Tests/PublicApi.txt";

    [Fact]
    public void The_library_shows_what_is_on_record_and_nothing_else()
    {
        string shown = PublicApiText.Of(typeof(TrainingSettings).Assembly);
        string[] expected = Read("PublicApi.txt").Split('\n');
        string[] actual = shown.Split('\n');
        if (actual.SequenceEqual(expected))
        {
            return;
        }

        string received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(received, shown);
        string[] gone = [.. expected.Except(actual)];
        string[] come = [.. actual.Except(expected)];
        int line = actual.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail($"""
            The public API is not that of {OnRecord}, from line {line + 1} on.
            {string.Join('\n', [.. gone.Take(20).Select(text => "- " + text.Trim()), .. come.Take(20).Select(text => "+ " + text.Trim())])}
            If it is meant, accept it:
            cp "{received}" {OnRecord}
            """);
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name)).ReplaceLineEndings("\n");
}
