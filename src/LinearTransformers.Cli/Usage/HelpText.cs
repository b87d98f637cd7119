using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;

namespace LinearTransformers.Cli.Usage;

/// <summary>The help of a command, no wider than the terminal, or than a hundred columns where there is none.</summary>
internal static class HelpText
{
    /// <summary>What options stand under that have no heading of their own.</summary>
    public const string OtherOptions = "Options";

    private const int WidthOfFiles = 100;
    private const int LeastWidth = 40;

    /// <summary>What is longer than this has its description below it.</summary>
    private const int LongestName = 26;

    private const string Indent = "  ";

    /// <summary>Whether a command line asks for help, as one that names no command does: it asks what there is.</summary>
    public static bool IsWanted(ParseResult parsed)
        => parsed.Action is HelpAction
            || (parsed.CommandResult.Command.Subcommands.Count > 0
                && parsed.UnmatchedTokens.Count == 0
                && parsed.Action is null or ParseErrorAction);

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, Command command, int? terminalWidth)
        => writer.Write(Compose(command, Math.Max(LeastWidth, terminalWidth ?? WidthOfFiles)));

    /// <summary>An argument as it stands in a usage line.</summary>
    public static string Placeholder(Argument argument)
    {
        string name = $"<{argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Compose(Command command, int width)
    {
        StringBuilder text = new();
        string usage = string.Join(' ', [
            PathOf(command),
            .. command.Arguments.Select(Placeholder),
            .. command.Subcommands.Count > 0 ? (string[])["<command>"] : [],
            "[options]"]);
        text.AppendLine($"Usage: {usage}").AppendLine();
        foreach (string paragraph in command.Description?.Split('\n') ?? [])
        {
            AppendParagraph(text, paragraph, width);
        }

        AppendTable(text, "Commands", command.Subcommands.Select(sub => (WithArguments(sub), Summary(sub))), width);
        AppendTable(text, "Arguments", command.Arguments.Select(argument => (Placeholder(argument).Trim('[', ']'), argument.Description)),
            width);
        foreach (IGrouping<string, Option> group in OptionsOf(command).GroupBy(option => (option as IGroupedOption)?.Group ?? OtherOptions))
        {
            AppendTable(text, group.Key, group.Select(option => (Names(option), Describe(option))), width);
        }

        return text.ToString();
    }

    /// <summary>What a command does, without the examples behind it.</summary>
    private static string? Summary(Command command) => command.Description?.Split("\n\n")[0];

    private static string WithArguments(Command command) => string.Join(' ', [command.Name, .. command.Arguments.Select(Placeholder)]);

    private static string PathOf(Command command)
        => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "lintf";

    private static IEnumerable<Option> OptionsOf(Command command)
        => command.Options
            .Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive))
            .Where(option => !option.Hidden);

    private static string Names(Option option) => option is HelpOption
        ? "-h, --help"
        : string.Join(", ", option.Aliases.Prepend(option.Name)) + (option.HelpName is { } value ? $" <{value}>" : "");

    private static string? Describe(Option option) => option switch
    {
        HelpOption => "show this help",
        VersionOption => "show the version",
        _ => option.Description,
    };

    /// <summary>
    /// Lines that are indented are examples, or names and what they are with two blanks or more between: those stay under
    /// one another.
    /// </summary>
    private static void AppendParagraph(StringBuilder text, string paragraph, int width)
    {
        string bare = paragraph.Trim();
        if (paragraph.StartsWith(Indent + "lintf ", StringComparison.Ordinal) && !bare.Contains(Indent, StringComparison.Ordinal))
        {
            text.AppendLine(Wrap(bare, width - 2, Indent, Indent + Indent, " \\"));
            return;
        }

        int gap = paragraph.StartsWith(Indent, StringComparison.Ordinal)
            ? paragraph.TrimEnd().LastIndexOf(Indent, StringComparison.Ordinal) + Indent.Length
            : 0;
        text.AppendLine(Wrap(paragraph[gap..], width, paragraph[..gap], new string(' ', gap), ""));
    }

    private static void AppendTable(StringBuilder text, string title, IEnumerable<(string Name, string? Description)> table, int width)
    {
        (string Name, string? Description)[] rows = [.. table];
        if (rows.Length == 0)
        {
            return;
        }

        text.AppendLine().AppendLine($"{title}:");
        int column = rows.Max(row => row.Name.Length <= LongestName ? row.Name.Length : 0) + (2 * Indent.Length);
        foreach ((string name, string? description) in rows)
        {
            string start = (Indent + name).PadRight(column);
            string hanging = new(' ', column);
            if (Indent.Length + name.Length + Indent.Length > column)
            {
                text.AppendLine(WrapChoices(start.TrimEnd(), width));
                start = hanging;
            }

            text.AppendLine(Wrap(description ?? "", width, start, hanging, ""));
        }
    }

    /// <summary>An option with more choices than a line holds goes on after one of the bars between them.</summary>
    private static string WrapChoices(string name, int width)
        => name.Length <= width ? name
            : Wrap(name.TrimStart().Replace("|", "| ", StringComparison.Ordinal), width, Indent, Indent + Indent, "")
            .Replace("| ", "|", StringComparison.Ordinal);

    /// <summary>Words in lines of a width; a word that is longer has a line of its own.</summary>
    private static string Wrap(string words, int width, string first, string next, string end)
    {
        StringBuilder text = new(first);
        int length = first.Length;
        bool isStart = true;
        foreach (string word in words.Split(' '))
        {
            if (!isStart && length + 1 + word.Length > width)
            {
                text.Append(end).AppendLine().Append(next);
                (length, isStart) = (next.Length, true);
            }

            text.Append(isStart ? "" : " ").Append(word);
            length += word.Length + (isStart ? 0 : 1);
            isStart = false;
        }

        return text.ToString().TrimEnd();
    }
}
