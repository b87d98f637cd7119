using System.CommandLine;
using LinearTransformers.Cli.Hosting;

namespace LinearTransformers.Cli.Commands;

/// <summary>A command: its name, a line about it, and how it is made with all its arguments and options.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Saves">Whether it saves what it has done when it is stopped, and has to be waited for then.</param>
internal sealed record CommandEntry(string Name, string Summary, Func<Terminal, Command> Create, bool Saves = false);

/// <summary>The program's commands. A new one is registered here.</summary>
internal static class CommandCatalog
{
    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new(
            "reproduce",
            "run published experiments and compare with the published numbers and the exact theory",
            ReproduceCommand.Create,
            Saves: true),
        new("train", "train a linear transformer with any settings", TrainCommand.Create, Saves: true),
        new("sweep", "train a run for each combination of some settings, here or on a cluster, and write a table", SweepCommand.Create,
            Saves: true),
        new("eval", "evaluate trained models on any prompts, with algorithms and exact values beside", EvalCommand.Create),
        new("plot", "draw a figure of runs", PlotCommand.Create),
        new("report", "write one HTML page of results and runs", ReportCommand.Create),
        new("import", "make run folders of what the published PyTorch code saved (.pth)", ImportCommand.Create),
        new("export", "write a run for other programs (npz, csv, tensorboard)", ExportCommand.Create),
        new("theory", "print the least losses that theory gives, and the parameters that have them", TheoryCommand.Create),
        new("config", "list, show, check and copy settings, the published ones by name", ConfigCommand.Create),
        new("runs", "list runs, show one, compare several", RunsCommand.Create),
        new("watch", "show how runs in progress stand: loss, gradient norm, floor, pace, time left", WatchCommand.Create),
        new("completion", "print a script with which a shell completes commands and options", CompletionCommand.Create),
    ];

    /// <summary>The command that a command line names: its first word; null if there is none of that name.</summary>
    public static CommandEntry? Named(string[] args)
        => args is [string first, ..] ? All.FirstOrDefault(entry => entry.Name == first) : null;

    /// <summary>
    /// What a command line needs: the command that it names is made in full, of the others there are names and
    /// summaries. Making all of them takes as long as starting the runtime.
    /// </summary>
    public static RootCommand RootFor(string[] args, Terminal terminal)
    {
        CommandEntry? named = Named(args);
        return Root(entry => entry == named ? entry.Create(terminal) : new Command(entry.Name, entry.Summary));
    }

    /// <summary>All commands in full.</summary>
    public static RootCommand Whole(Terminal terminal) => Root(entry => entry.Create(terminal));

    private static RootCommand Root(Func<CommandEntry, Command> make)
    {
        RootCommand root = new(
            "Linear transformers that learn in context: the published experiments, from the published seeds.\n\nFirst steps:\n  lintf "
                + "reproduce simple    the first experiment, in about a minute\n  lintf train --help        all settings of a run");
        root.Directives.Clear();
        foreach (CommandEntry entry in All)
        {
            root.Add(make(entry));
        }

        return root;
    }
}
