using System.CommandLine;
using LinearTransformers.Cli.Commands;
using LinearTransformers.Cli.Hosting;

namespace LinearTransformers.Cli.Tests;

/// <summary>Every command, argument and option with what nobody means to give them.</summary>
public class HostileUsageTests
{
    private static readonly string[] Values =
    [
        "", " ", "-1", "-1e400", "0", "1e400", "99999999999999999999", "NaN", "-inf", "1,,2", ",", "none",
        "ünïcødé 漢字 \u202e", "a\nb", "\e[31mred", "@x", "[suggest]",
        "/dev/null", "/dev/null/x", "--x", "-x", "nul", "%s{0}", "'", "\"", "*", new string('x', 5000), new string('9', 400),
    ];

    private static readonly Terminal Nowhere = new(TextWriter.Null, TextWriter.Null, IsErrorInteractive: false, CancellationToken.None);

    public static TheoryData<string> CommandLines => [.. All(CommandCatalog.Whole(Nowhere), "")];

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void No_value_of_an_option_is_answered_with_more_than_a_line(string command)
    {
        using TemporaryFolder folder = new();
        int count = 0;
        foreach (Option option in Find(command).Options.Where(option => option.ValueType == typeof(string)))
        {
            string[] whole = Whole(command, option.Name, folder, ref count);
            foreach (string value in Values)
            {
                bool isRelative = IsPath(option) && !Path.IsPathRooted(value) && value.Length > 0;
                AssertOneLine([.. whole, $"{option.Name}={(isRelative ? folder[value] : value)}"]);
            }

            AssertRefused([.. whole, option.Name]);
            AssertRefused([.. whole, option.Name, folder["1"], option.Name, folder["1"]]);
        }
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void No_argument_is_answered_with_more_than_a_line(string command)
    {
        using TemporaryFolder folder = new();
        int count = 0;
        foreach (string value in Values)
        {
            AssertOneLine([.. command.Split(' '), value, .. Output(command, folder, ref count)]);
            AssertOneLine([.. command.Split(' '), value, value, .. Output(command, folder, ref count)]);
            AssertOneLine([.. command.Split(' '), .. Output(command, folder, ref count), "--", value]);
        }

        AssertRefused([.. command.Split(' '), "--no-such-option"]);
        AssertRefused([.. command.Split(' '), folder["nothing"], "--no-such-option"]);
        AssertRefused([.. command.Split(' '), folder["nothing"], "--no-such-option=1"]);
    }

    /// <summary>The command with all that it needs besides an option.</summary>
    private static string[] Whole(string command, string option, TemporaryFolder folder, ref int count)
    {
        string[] arguments = command switch
        {
            "reproduce" => ["simple"],
            "plot" => ["loss", folder["none"]],
            "report" or "import" or "export" or "runs compare" => [folder["none"]],
            _ => [],
        };
        return [.. command.Split(' '), .. arguments, .. option == "--out" ? [] : Output(command, folder, ref count)];
    }

    /// <summary>What keeps a command from writing into the folder that the tests run in.</summary>
    private static string[] Output(string command, TemporaryFolder folder, ref int count)
        => command is "train" or "reproduce" or "import" or "export" ? ["--out", folder[$"out{count++}"]] : [];

    private static bool IsPath(Option option) => option.HelpName is "DIR" or "FILE" or "PATH";

    private static IEnumerable<string> All(Command command, string path)
        => command.Subcommands.Count == 0 ? [path.TrimStart()] : command.Subcommands.SelectMany(sub => All(sub, $"{path} {sub.Name}"));

    private static Command Find(string path)
        => path.Split(' ').Aggregate(
            (Command)CommandCatalog.Whole(Nowhere), (command, name) => command.Subcommands.First(sub => sub.Name == name));

    private static void AssertRefused(string[] arguments)
        => Assert.True(AssertOneLine(arguments) == 2, string.Join(' ', arguments));

    private static int AssertOneLine(string[] arguments)
    {
        // Stopped as soon as it begins: where nothing is wrong, nothing is done.
        Invocation invocation = Invocation.Of(new CancellationToken(canceled: true), arguments);
        string line = string.Join(' ', arguments.Select(argument => argument.Length > 40 ? argument[..40] : argument));
        string what = $"{line}: {invocation.ExitCode}: {invocation.Error}";
        Assert.True(invocation.ExitCode is 0 or 1 or 2 or 130, what);
        // A setting without effect is said as well.
        string[] lines = [.. invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(text => !text.Contains(" has no effect on this run: ", StringComparison.Ordinal))];
        Assert.True(invocation.ExitCode == 0 || lines is [['l', 'i', 'n', 't', 'f', ':', ..]], what);
        Assert.DoesNotContain(invocation.Error, character => char.IsControl(character) && character != '\n');
        Assert.True(invocation.Error.Length < 2000, what);
        string[] notOurs = ["unforeseen", "System.", "Required", "Unrecognized", "Cannot parse", "reader options", "argument missing",
            "Parameter '"];
        foreach (string foreign in notOurs)
        {
            Assert.False(invocation.Error.Contains(foreign, StringComparison.Ordinal), what);
        }

        return invocation.ExitCode;
    }
}
