using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Experiments.Tests.Report;

public class ResultVersionTests
{
    [Theory]
    [InlineData("results.json", 0, "")]
    [InlineData("results-500its.json", 2, "500 iterations of the published 10,000")]
    [InlineData("results-500its-seeds-1.json", 2, "500 iterations of the published 10,000, seed 1 of the published 0, 1, 2")]
    [InlineData("results-seeds-0-1.json", 2, "seeds 0, 1 of the published 0, 1, 2")]
    [InlineData("results-native.json", 1, "native")]
    [InlineData("results-20000its.json", 1, "20,000 iterations of the published 10,000")]
    [InlineData("results-native-seeds-0-1-2-3.json", 1, "native, seeds 0, 1, 2, 3 of the published 0, 1, 2")]
    public void The_name_of_a_file_says_how_far_it_is_from_what_is_published(string name, int rank, string words)
    {
        ResultVersion version = ResultVersion.Of("/habits-of-its/" + name, "results", "simple");
        Assert.Equal((rank, words), (version.Rank, version.Words));
    }

    [Fact]
    public void A_figure_is_called_what_is_left()
        => Assert.Equal("distance-to-identity", ResultVersion.Of("x/distance-to-identity-500its-seeds-0.svg", null, "simple").Stem);
}
