using System.CommandLine;

namespace LinearTransformers.Cli.Commands;

/// <summary>A command: its name, a line about it, and how it is made with all its arguments and options.</summary>
internal sealed record CommandEntry(string Name, string Summary, Func<Terminal, Command> Create);

/// <summary>The program's commands. A new one is registered here.</summary>
internal static class CommandCatalog
{
    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new("reproduce", "run published experiments and compare with the published numbers and the exact theory", ReproduceCommand.Create),
        new("train", "train a linear transformer with any settings", TrainCommand.Create),
        new("plot", "draw a figure of runs", PlotCommand.Create),
        new("report", "write one HTML page of results and runs", ReportCommand.Create),
        new("import", "make run folders of what the published PyTorch code saved (.pth)", ImportCommand.Create),
        new("export", "write a run for other programs (npz, csv)", ExportCommand.Create),
        new("theory", "print the least losses that theory gives, and the parameters that have them", TheoryCommand.Create),
        new("config", "list, show, check and copy settings, the published ones by name", ConfigCommand.Create),
        new("runs", "list runs, show one, compare several", RunsCommand.Create),
        new("completion", "print a script with which a shell completes commands and options", CompletionCommand.Create),
    ];

    /// <summary>
    /// What a command line needs: the command that it names is made in full, of the others there are names and summaries. Making all of them takes as
    /// long as starting the runtime. All are made where the line cannot be read as it stands: a file of arguments (@file) or a directive ([suggest]).
    /// </summary>
    public static RootCommand RootFor(string[] args, Terminal terminal)
        => args.Any(arg => arg.StartsWith('@') || arg.StartsWith('['))
            ? Whole(terminal)
            : Root(entry => args.Contains(entry.Name) ? entry.Create(terminal) : new Command(entry.Name, entry.Summary));

    /// <summary>All commands in full.</summary>
    public static RootCommand Whole(Terminal terminal) => Root(entry => entry.Create(terminal));

    private static RootCommand Root(Func<CommandEntry, Command> make)
    {
        RootCommand root = new("Linear transformers that learn in context: the published experiments, from the published seeds.\n\nFirst steps:\n  lintf reproduce simple    the first experiment, in about a minute\n  lintf train --help        all settings of a run");
        foreach (CommandEntry entry in All)
        {
            root.Add(make(entry));
        }

        return root;
    }
}
