using System.CommandLine;
using System.CommandLine.Completions;

namespace LinearTransformers.Cli.Completion;

/// <summary>What can follow a command: its subcommands or the values of its arguments, and its options.</summary>
/// <param name="Path">The command with those it is below, "lintf config show".</param>
/// <param name="Words">Subcommands, or values of arguments.</param>
/// <param name="Options">Names of options.</param>
internal sealed record CompletionNode(string Path, IReadOnlyList<string> Words, IReadOnlyList<string> Options);

/// <summary>All that the shells complete, taken from the commands themselves.</summary>
internal sealed class CompletionTree
{
    /// <summary>The program's name, whatever file it is run from.</summary>
    public const string Program = "lintf";

    private readonly List<CompletionNode> _nodes = [];
    private readonly List<(string Option, IReadOnlyList<string> Values)> _values = [];

    public CompletionTree(Command root) => Add(Program, root, []);

    /// <summary>Commands at any depth.</summary>
    public IReadOnlyList<CompletionNode> Nodes => _nodes;

    /// <summary>Options that take a value, "lintf train --mode", and the values that are known; files where there are none.</summary>
    public IReadOnlyList<(string Option, IReadOnlyList<string> Values)> Values => _values;

    private void Add(string path, Command command, IReadOnlyList<Option> inherited)
    {
        Option[] options = [.. command.Options.Concat(inherited).Where(option => !option.Hidden)];
        string[] words = command.Subcommands.Count > 0
            ? [.. command.Subcommands.Select(sub => sub.Name)]
            : [.. command.Arguments.SelectMany(Known).Distinct()];
        _nodes.Add(new CompletionNode(path, words, [.. options.SelectMany(Names)]));
        foreach (Option option in options.Where(TakesValue))
        {
            foreach (string name in Names(option))
            {
                _values.Add(($"{path} {name}", option.HelpName?.Contains('|') == true ? option.HelpName.Split('|') : [.. Known(option)]));
            }
        }

        foreach (Command sub in command.Subcommands)
        {
            Add($"{path} {sub.Name}", sub, [.. options.Where(option => option.Recursive)]);
        }
    }

    /// <summary>The long names.</summary>
    private static IEnumerable<string> Names(Option option)
        => option.Aliases.Prepend(option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal)).Distinct();

    private static bool TakesValue(Option option) => option.ValueType == typeof(string);

    private static IEnumerable<string> Known(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label);
}
