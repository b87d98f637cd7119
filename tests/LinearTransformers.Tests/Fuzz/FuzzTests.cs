namespace LinearTransformers.Tests.Fuzz;

/// <summary>A million of each: <c>dotnet run -c Release --project benchmarks -- fuzz 1000000</c>.</summary>
public class FuzzTests
{
    [Theory]
    [InlineData("pth", 4_000)]
    [InlineData("pth-pickle", 10_000)]
    [InlineData("pth-legacy", 4_000)]
    [InlineData("safetensors", 10_000)]
    [InlineData("config", 2_000)]
    [InlineData("metrics", 5_000)]
    public void Damaged_files_are_read_or_refused_in_a_line_and_take_no_more_memory_than_they_are_long(string name, int count)
    {
        FuzzReport report = Fuzzer.Run(LibraryTargets.All.Single(target => target.Name == name), 1, count);
        Assert.Null(report.Fault);
        Assert.InRange(report.Refused, count / 4, count);
    }
}
