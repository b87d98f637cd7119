using System.Text.Json;

namespace LinearTransformers.Cli.Tests;

public class TheoryTests
{
    private static readonly Lazy<JsonElement[]> Rows = new(() =>
    {
        Invocation invocation = Invocation.Of("theory", "--layers", "3", "--N", "20", "--d", "5", "--json");
        Assert.Equal(0, invocation.ExitCode);
        return [.. invocation.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    });

    [Theory]
    [InlineData("steps", 2, 0.361240, new[] { 0.5154, 1.2496 })]
    [InlineData("steps", 3, 0.133608, new[] { 0.4224, 0.6891, 1.7142 })]
    [InlineData("constant-step", 3, 0.268342, new[] { 0.7156 })]
    [InlineData("gd", 3, 0.268342, new[] { 0.7156 })]
    [InlineData("one-layer-sphere", 1, 1.0 / 6, new[] { -25.0 / 6 })]
    [InlineData("one-layer-gamma", 1, 0.729730, new[] { -50.0 / 37 })]
    [InlineData("one-layer-relu", 1, 65.0 / 33, new[] { -40.0 / 33 })]
    public void Exact_optima_are_printed_to_all_digits(string family, int layers, double loss, double[] parameters)
    {
        JsonElement row = Rows.Value.Single(element
            => element.GetProperty("family").GetString() == family && element.GetProperty("layers").GetInt32() == layers);
        Assert.Equal(loss, row.GetProperty("loss").GetDouble(), 5e-7);
        double[] printed = [.. row.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetDouble())];
        Assert.Equal(parameters.Length, printed.Length);
        Assert.All(parameters.Zip(printed), pair => Assert.Equal(pair.First, pair.Second, 5e-5));
    }

    [Fact]
    public void Every_row_has_the_same_keys_and_each_family_and_depth_is_there_once()
    {
        Assert.All(Rows.Value, row => Assert.Equal(
            ["family", "layers", "N", "d", "noise", "loss", "standardError", "parameters", "description"],
            row.EnumerateObject().Select(property => property.Name)));
        Assert.All(Rows.Value, row => Assert.Equal(
            (20, 5, 0), (row.GetProperty("N").GetInt32(), row.GetProperty("d").GetInt32(), row.GetProperty("noise").GetInt32())));
        string[] deep = ["steps", "constant-step", "gd", "gd++", "gd++-sampled"];
        Assert.Equal(
            [
                "one-layer 1", "one-layer-relu 1", "one-layer-sphere 1", "one-layer-gamma 1", "least-squares null",
                .. Enumerable.Range(1, 3).SelectMany(l => deep.Select(family => $"{family} {l}")),
            ],
            Rows.Value.Select(row => $"{row.GetProperty("family").GetString()} {row.GetProperty("layers").GetRawText()}"));
        JsonElement least = Rows.Value.Single(row => row.GetProperty("family").GetString() == "least-squares");
        Assert.Equal(JsonValueKind.Null, least.GetProperty("parameters").ValueKind);
    }

    [Theory]
    [InlineData("--noise 0.5 --n-layer 1", "one-layer", 25.0 / 21, 0.5)]
    [InlineData("--noise uniform:1.5 --n-layer 1", "one-layer", 5 * (1 - (20 / 26.75)), 0.8660254)]
    [InlineData("--tasks sparse:2 --n-layer 1", "one-layer", 2 * 6 / 26.0, 0)]
    [InlineData("--tasks sphere --covariance rotated --n-layer 1", "one-layer", 5 * 6 / 26.0, 0)]
    [InlineData("--noise 0.5 --n-layer 1", "least-squares", 0.25 * 5 / 14, 0.5)]
    [InlineData("--noise 2 --d 1 --N 1 --n-layer 1", "one-layer", 1 - (1 / 7.0), 2)]
    [InlineData("--covariance spectrum:1,2,3,4,5 --task-covariance identity --n-layer 1", "one-layer", 3.334253465832413, 0)]
    public void It_takes_the_options_of_train(string options, string family, double loss, double noise)
    {
        Invocation invocation = Invocation.Of(["theory", "--json", .. options.Split(' ')]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        JsonElement row = invocation.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .First(element => element.GetProperty("family").GetString() == family);

        Assert.Equal(loss, row.GetProperty("loss").GetDouble(), 1e-14 * loss);
        Assert.Equal(noise, row.GetProperty("noise").GetDouble(), 1e-6);
    }

    [Fact]
    public void What_is_chosen_is_all_that_is_printed()
    {
        Assert.Equal(["one-layer-relu", "least-squares"], Families("--activation relu"));
        Assert.Equal(["one-layer-sphere"], Families("--covariates sphere"));
        Assert.Equal([], Families("--covariates student-t"));
        Assert.Equal(["one-layer", "ridge", "least-squares", "bayes"], Families("--tasks pool:2 --noise 1").Order().OrderBy(Order));
        Assert.Contains("nothing exact is known for these settings", Invocation.Of("theory", "--labels", "network").Out);

        static int Order(string family) => Array.IndexOf(["one-layer", "ridge", "least-squares", "bayes"], family);

        static IEnumerable<string> Families(string options) => Invocation
            .Of(["theory", "--json", "--layers", "1", "--B", "1", .. options.Split(' ')]).Lines
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("family").GetString()!);
    }

    [Fact]
    public void The_table_names_what_it_is_for()
    {
        Invocation invocation = Invocation.Of("theory", "--layers", "1", "--N", "3", "--d", "5", "--sigma", "1,1,0.25,0.0625,1");
        Assert.Equal(0, invocation.ExitCode);
        Assert.StartsWith("1 layer, N = 3, d = 5", invocation.Out);
        Assert.Contains(invocation.Lines, line => line.StartsWith("least squares, no noise", StringComparison.Ordinal) && line.TrimEnd()
            .EndsWith(" 2", StringComparison.Ordinal));
    }
}
