using System.CommandLine;
using LinearTransformers.Training;

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
        return $"{unknown} is no {kind} of {name}{Spelling.Suggestion(unknown, Names(command))} (see {name} --help)";
    }

    private static IEnumerable<string> Names(Command command)
        => command.Subcommands.Select(sub => sub.Name)
            .Concat(command.Options.SelectMany(option => option.Aliases.Append(option.Name)));
}
