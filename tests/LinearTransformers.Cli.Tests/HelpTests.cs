using System.CommandLine;
using LinearTransformers.Cli.Commands;
using LinearTransformers.Cli.Hosting;

namespace LinearTransformers.Cli.Tests;

public class HelpTests
{
    private static readonly Terminal Nowhere = new(TextWriter.Null, TextWriter.Null, IsErrorInteractive: false, CancellationToken.None);

    public static TheoryData<string> EveryCommand => [.. All(CommandCatalog.Whole(Nowhere), "")];

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public void No_help_is_wider_than_the_terminal(string command)
    {
        foreach (int? width in (int?[])[60, 80, 100, 180, null])
        {
            string[] lines = Help(command, width).Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, width ?? 100));
            Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        }
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public void Help_holds_every_word_of_every_description_whatever_its_width(string command)
    {
        Command described = command.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate((Command)CommandCatalog.Whole(Nowhere), (above, name) => above.Subcommands.First(sub => sub.Name == name));
        string[] words = Help(command, 60).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string all = string.Join(' ', words.Where(word => word != "\\"));
        IEnumerable<Symbol> named =
            [.. described.Arguments, .. described.Options, .. described is RootCommand ? [] : described.Subcommands];
        foreach (string? description in named.Select(symbol => symbol.Description?.Split("\n\n")[0]))
        {
            if (description is not ("Show help and usage information" or "Show version information"))
            {
                Assert.Contains(description!, all);
            }
        }
    }

    [Theory]
    [InlineData("", "Usage: lintf <command> [options]")]
    [InlineData("config", "Usage: lintf config <command> [options]")]
    [InlineData("runs", "Usage: lintf runs <command> [options]")]
    [InlineData("completion", "Usage: lintf completion <command> [options]")]
    public void A_command_line_that_names_no_command_is_shown_what_there_is(string command, string usage)
    {
        Invocation invocation = Invocation.Of(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, invocation.ExitCode);
        Assert.Equal(usage, invocation.Lines[0]);
        Assert.Empty(invocation.Error);
    }

    [Fact]
    public void Settings_of_a_run_stand_under_headings_and_those_of_a_part_under_that_of_the_part()
    {
        string[] lines = Help("train", 100).Split('\n');
        Assert.Equal(["Model:", "Prompts:", "Optimizer:", "Run:", "Options:"], lines.Where(line => line.EndsWith(':') && line[0] != ' '));
        Assert.Equal("Optimizer:", HeadingOf("--betas <"));
        Assert.Equal("Prompts:", HeadingOf("--shape-k <"));
        Assert.Equal("Model:", HeadingOf("--hidden <"));
        Assert.Equal("Options:", HeadingOf("--out <"));

        string HeadingOf(string option)
            => lines.TakeWhile(line => !line.StartsWith("  " + option, StringComparison.Ordinal))
                .Last(line => line.EndsWith(':') && line[0] != ' ');
    }

    private static string Help(string command, int? width)
    {
        using StringWriter output = new();
        Terminal terminal = Nowhere with { Out = output, Width = width };
        Assert.Equal(0, Application.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"], terminal));
        return output.ToString();
    }

    private static IEnumerable<string> All(Command command, string path)
        => [path.TrimStart(), .. command.Subcommands.SelectMany(sub => All(sub, $"{path} {sub.Name}"))];
}
