using System.Text.Json;

namespace LinearTransformers.Cli.Tests;

public class TheoryTests
{
    [Theory]
    [InlineData("L = 2, P = 0", 0.361240, new[] { 0.5154, 1.2496 })]
    [InlineData("L = 3, P = 0", 0.133608, new[] { 0.4224, 0.6891, 1.7142 })]
    [InlineData("L = 3, preconditioned GD", 0.268342, new[] { 0.7156 })]
    [InlineData("one linear layer, covariates on the sphere", 1.0 / 6, new[] { -25.0 / 6 })]
    [InlineData("one linear layer, gamma covariates", 0.729730, new[] { -50.0 / 37 })]
    [InlineData("one ReLU layer", 65.0 / 33, new[] { -40.0 / 33 })]
    public void Exact_optima_are_printed_to_all_digits(string family, double loss, double[] parameters)
    {
        Invocation invocation = Invocation.Of("theory", "--layers", "3", "--N", "20", "--d", "5", "--json");
        Assert.Equal(0, invocation.ExitCode);
        JsonElement row = invocation.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .First(element => element.GetProperty("family").GetString()!.StartsWith(family, StringComparison.Ordinal));
        Assert.Equal(loss, row.GetProperty("loss").GetDouble(), 5e-7);
        double[] printed = [.. row.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetDouble())];
        Assert.Equal(parameters.Length, printed.Length);
        Assert.All(parameters.Zip(printed), pair => Assert.Equal(pair.First, pair.Second, 5e-5));
    }

    [Fact]
    public void The_table_names_what_it_is_for()
    {
        Invocation invocation = Invocation.Of("theory", "--layers", "1", "--N", "3", "--d", "5", "--sigma", "1,1,0.25,0.0625,1");
        Assert.Equal(0, invocation.ExitCode);
        Assert.StartsWith("1 layers, N = 3, d = 5", invocation.Out);
        Assert.Contains(invocation.Lines, line => line.StartsWith("least squares, no noise", StringComparison.Ordinal) && line.TrimEnd().EndsWith(" 2", StringComparison.Ordinal));
    }
}
