using System.CommandLine;
using System.CommandLine.Parsing;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Experiments;
using LinearTransformers.Settings;

namespace LinearTransformers.Cli.Usage;

/// <summary>What is wrong with a command line, in one line of our own words.</summary>
internal static class UsageError
{
    /// <summary>The first fault; null if there is none.</summary>
    public static string? Of(string[] args, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string name = NameOf(parsed.CommandResult);
        if (UnknownCommand(args, parsed.RootCommandResult.Command) is { } unknown)
        {
            return unknown;
        }

        string? fault = args is ["--version", _, ..] ? "--version goes alone"
            : OddOption(args, command, name)
                ?? OddValue(parsed.CommandResult)
                ?? Unmatched(parsed, command, name)
                ?? Missing(parsed, name)
                ?? Other(parsed);
        return fault is null ? null : $"{fault} (see {name} --help)";
    }

    /// <summary>The command with those it is below: lintf runs list.</summary>
    private static string NameOf(CommandResult result)
        => result.Parent is CommandResult parent ? $"{NameOf(parent)} {result.Command.Name}" : "lintf";

    /// <summary>The parser would find commands behind words that are none.</summary>
    private static string? UnknownCommand(string[] args, Command root)
    {
        Command command = root;
        string name = "lintf";
        foreach (string arg in args.TakeWhile(arg => !arg.StartsWith('-')))
        {
            if (command.Subcommands.Count == 0)
            {
                return null;
            }

            if (command.Subcommands.FirstOrDefault(sub => sub.Name == arg) is not { } next)
            {
                string hint = (command == root ? Hints.OfCommand(arg) : null)
                    ?? (Directory.Exists(arg) && command.Options.Any(option => option.Name == "--out")
                        ? "; a folder goes behind --out" : null)
                    ?? Spelling.Suggestion(arg, command.Subcommands.Select(sub => sub.Name));
                return $"{Short(arg)} is no command of {name}{hint} (see {name} --help)";
            }

            (command, name) = (next, $"{name} {arg}");
        }

        return null;
    }

    /// <summary>
    /// A word that begins with a dash is an option wherever it stands, or else the value of the option before it if it has
    /// one dash only, such as -1. Names that begin with one come after "--", or behind a "=".
    /// </summary>
    private static string? OddOption(string[] args, Command command, string name)
    {
        Option[] options = [.. OptionsOf(command)];
        Option? waiting = null;
        foreach (string arg in args.TakeWhile(arg => arg != "--"))
        {
            Option? before = waiting;
            waiting = null;
            if (arg is not ['-', _, ..] || (before is not null && !arg.StartsWith("--", StringComparison.Ordinal)))
            {
                continue;
            }

            string word = arg[..(arg.IndexOfAny(['=', ':']) is >= 0 and int end ? end : arg.Length)];
            if (options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word)) is not { } known)
            {
                string hint = Hints.OfOption(word, options) ?? Spelling.Suggestion(word, options.SelectMany(Names));
                return $"{Short(word)} is no option of {name}{hint}";
            }

            if (before is not null)
            {
                return NoValue(before);
            }

            if (IsFlag(known))
            {
                if (word != arg && !bool.TryParse(arg[(word.Length + 1)..], out _))
                {
                    return $"{word} is {Short(arg[(word.Length + 1)..])}: it must be true or false, or without a value, for true";
                }
            }
            else if (word == arg && known.Arity.MinimumNumberOfValues > 0)
            {
                waiting = known;
            }
        }

        return null;
    }

    private static string? OddValue(CommandResult result)
    {
        foreach (OptionResult option in result.Children.OfType<OptionResult>().Where(option => !option.Implicit))
        {
            string name = option.Option.Name;
            if (option.IdentifierTokenCount > 1 && option.Option.Arity.MaximumNumberOfValues <= 1)
            {
                string often = option.IdentifierTokenCount == 2 ? "twice" : Counted.Of(option.IdentifierTokenCount, "time");
                return $"{name} is given {often}: it may be given once";
            }

            if (IsFlag(option.Option))
            {
                continue;
            }

            if (option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0)
            {
                return NoValue(option.Option);
            }

            if (option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues)
            {
                return $"{name} has {Counted.Of(option.Tokens.Count, "value")}: it may have one";
            }
        }

        return null;
    }

    private static string? Unmatched(ParseResult parsed, Command command, string name)
        => parsed.UnmatchedTokens is not [string word, ..] ? null
            : command.Subcommands.Count > 0 ? $"{Short(word)} is no command of {name}"
            : $"{Short(word)} is one argument too many: {name} takes {Arguments(command)}";

    private static string Arguments(Command command)
        => command.Arguments.Count == 0 ? "options only" : string.Join(' ', command.Arguments.Select(HelpText.Placeholder));

    private static string? Missing(ParseResult parsed, string name)
    {
        if (HelpText.IsWanted(parsed))
        {
            return null;
        }

        return parsed.CommandResult.Command.Arguments.FirstOrDefault(argument
            => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 }) is { } missing
            ? $"{name} needs {HelpText.Placeholder(missing)}: {missing.Description}"
            : null;
    }

    /// <summary>What the parser finds besides.</summary>
    private static string? Other(ParseResult parsed)
        => parsed.Errors.Count == 0 || HelpText.IsWanted(parsed) ? null
            : parsed.Errors[0].Message.TrimEnd('.');

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;

    private static string NoValue(Option option)
        => $"{option.Name} has no value: it must be followed by <{option.HelpName}>, {option.Description}";

    private static IEnumerable<Option> OptionsOf(Command command)
        => command.Options.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    private static IEnumerable<string> Names(Option option)
        => option.Aliases.Append(option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    private static string Short(string text) => text.Length == 0 ? "an empty word" : Failure.Short(text);
}
