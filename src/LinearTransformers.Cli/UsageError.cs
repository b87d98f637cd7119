using System.CommandLine;

namespace LinearTransformers.Cli;

/// <summary>What is wrong with a command line that does not parse, in one line.</summary>
internal static class UsageError
{
    public static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? "lintf" : "lintf " + command.Name;
        if (parsed.UnmatchedTokens is not [string unknown, ..])
        {
            return $"{parsed.Errors[0].Message} (see {name} --help)";
        }

        string kind = unknown.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string? nearest = Names(command).Where(candidate => Distance(candidate, unknown) <= 2).MinBy(candidate => Distance(candidate, unknown));
        return $"{unknown} is no {kind} of {name}{(nearest is null ? "" : $"; did you mean {nearest}?")} (see {name} --help)";
    }

    private static IEnumerable<string> Names(Command command)
        => command.Subcommands.Select(sub => sub.Name)
            .Concat(command.Options.SelectMany(option => option.Aliases.Append(option.Name)));

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j - 1], diagonal));
            }
        }

        return row[^1];
    }
}
