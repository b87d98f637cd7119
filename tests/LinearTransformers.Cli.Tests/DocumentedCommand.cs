using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using LinearTransformers.Cli.Commands;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Settings;

namespace LinearTransformers.Cli.Tests;

/// <summary>A command line of lintf in a document, read by the program's own parser and not run.</summary>
internal static partial class DocumentedCommand
{
    private static readonly RootCommand _root =
        CommandCatalog.Whole(new Terminal(TextWriter.Null, TextWriter.Null, IsErrorInteractive: false, CancellationToken.None));

    /// <summary>The command lines in a line of a shell, in which a remark may follow after two spaces.</summary>
    public static IEnumerable<string> InShell(string line) => ShellLine().Matches(line).Select(match => match.Groups[1].Value.Trim());

    /// <summary>What is wrong with a command line, such as "lintf train --lr 0.1"; nothing if it is right.</summary>
    /// <param name="line">The line, from lintf or ./lintf on.</param>
    /// <param name="isWhole">Whether it could be run as it is; text may name a command without its arguments, or an option without its
    /// value.</param>
    public static IEnumerable<string> Faults(string line, bool isWhole)
    {
        string[] words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word.Trim('"'))];
        ParseResult parsed = _root.Parse(words);
        Command command = parsed.CommandResult.Command;
        List<string> faults = [.. parsed.UnmatchedTokens.Select(word => $"{word} is unknown")];
        string[] options = [.. command.Options.Concat(_root.Options.Where(option => option.Recursive))
            .SelectMany(option => option.Aliases.Append(option.Name))];

        // The parser takes an unknown option for the value of the one before it.
        faults.AddRange(words.Where(word => word.StartsWith('-') && !options.Contains(word.Split('=')[0]))
            .Select(word => $"{word} is no option"));
        faults.AddRange(command.Arguments.SelectMany(argument => Unknown(argument, parsed.GetResult(argument), Known(argument))));
        faults.AddRange(command.Options.SelectMany(option => Unknown(
            option, parsed.GetResult(option), option.HelpName?.Contains('|') == true ? option.HelpName.Split('|') : Known(option))));
        if (isWhole)
        {
            faults.AddRange(parsed.Errors.Select(error => error.Message));
        }

        return faults;
    }

    private static IEnumerable<string> Unknown(Symbol symbol, SymbolResult? result, string[] known)
        => result is null || known.Length == 0
            ? []
            : result.Tokens.SelectMany(token => token.Value.Split('|', StringSplitOptions.RemoveEmptyEntries))
                .SelectMany(value => ValueList.Of(symbol.Name, value))
                .Where(value => !known.Contains(value) && !IsPlaceholder(value) && !IsWithValues(value, known))
                .Select(value => $"{value} is no {symbol.Name}");

    /// <summary>Whether a name with values behind a colon, student-t:3, is one of those that take them.</summary>
    private static bool IsWithValues(string value, string[] known)
        => value.Contains(':') && known.Any(name => name.StartsWith(value.Split(':')[0] + ":", StringComparison.Ordinal));

    private static string[] Known(Symbol symbol) => [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];

    /// <summary>
    /// RUNS, $alg or mine.json stand for, or are, something that the reader has; an option in the place of a value says that this is left
    /// out.
    /// </summary>
    private static bool IsPlaceholder(string value)
        => value[0] is '$' or '-' || value.Contains('.') || value.Contains('/') || !value.Any(char.IsAsciiLetterLower);

    [GeneratedRegex(@"(?:^|[;(|&]|\bdo\b)\s*(?:\$ )?((?:\./)?lintf (?:(?!  |[;)|&>#]).)+)")]
    private static partial Regex ShellLine();
}
