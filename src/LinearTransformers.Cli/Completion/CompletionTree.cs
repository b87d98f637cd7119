using System.CommandLine;
using System.CommandLine.Completions;

namespace LinearTransformers.Cli.Completion;

/// <summary>What can stand in a place of a command line.</summary>
/// <param name="Words">Known words: subcommands, names, values.</param>
/// <param name="Paths">Whether files or folders can stand there besides.</param>
internal sealed record CompletionSlot(IReadOnlyList<string> Words, PathKind Paths);

/// <summary>Paths that can stand somewhere.</summary>
internal enum PathKind
{
    None,
    Files,
    Folders,
}

/// <summary>What can follow a command.</summary>
/// <param name="Path">The command with those it is below, "lintf config show".</param>
/// <param name="Slots">Its subcommands, or its arguments one after the other.</param>
/// <param name="Repeats">Whether there can be several of the last.</param>
/// <param name="Options">Names of options.</param>
internal sealed record CompletionNode(string Path, IReadOnlyList<CompletionSlot> Slots, bool Repeats, IReadOnlyList<string> Options);

/// <summary>All that the shells complete, taken from the commands themselves.</summary>
internal sealed class CompletionTree
{
    /// <summary>The program's name, whatever file it is run from.</summary>
    public const string Program = "lintf";

    private readonly List<CompletionNode> _nodes = [];
    private readonly List<(string Option, CompletionSlot Value)> _values = [];

    public CompletionTree(Command root) => Add(Program, root, []);

    /// <summary>Commands at any depth.</summary>
    public IReadOnlyList<CompletionNode> Nodes => _nodes;

    /// <summary>Options that take a value, "lintf train --mode", and what it can be.</summary>
    public IReadOnlyList<(string Option, CompletionSlot Value)> Values => _values;

    private void Add(string path, Command command, IReadOnlyList<Option> inherited)
    {
        Option[] options = [.. command.Options.Concat(inherited).Where(option => !option.Hidden)];
        CompletionSlot[] slots = command.Subcommands.Count > 0
            ? [new([.. command.Subcommands.Select(sub => sub.Name)], PathKind.None)]
            : [.. command.Arguments.Select(argument => new CompletionSlot([.. Known(argument)], KindOf(argument.HelpName)))];
        bool repeats = command.Arguments.Any(argument => argument.Arity.MaximumNumberOfValues > 1);
        _nodes.Add(new CompletionNode(path, slots, repeats, [.. options.SelectMany(Names)]));
        foreach (Option option in options.Where(TakesValue))
        {
            string[] words = option.HelpName?.Contains('|') == true ? option.HelpName.Split('|') : [.. Known(option)];
            CompletionSlot value = new(words, KindOf(option.HelpName));
            _values.AddRange(Names(option).Select(name => ($"{path} {name}", value)));
        }

        foreach (Command sub in command.Subcommands)
        {
            Add($"{path} {sub.Name}", sub, [.. options.Where(option => option.Recursive)]);
        }
    }

    /// <summary>Told by what a value is called in the help.</summary>
    private static PathKind KindOf(string? helpName) => helpName switch
    {
        PathName.Folder or PathName.Run => PathKind.Folders,
        PathName.File or "PATH" => PathKind.Files,
        _ => PathKind.None,
    };

    /// <summary>The long names.</summary>
    private static IEnumerable<string> Names(Option option)
        => option.Aliases.Prepend(option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal)).Distinct();

    private static bool TakesValue(Option option) => option.ValueType == typeof(string);

    private static IEnumerable<string> Known(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label);
}
