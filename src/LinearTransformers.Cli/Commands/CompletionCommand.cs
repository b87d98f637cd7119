using System.CommandLine;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf completion: scripts with which shells complete command lines.</summary>
internal static class CompletionCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new("completion", "Print a script with which a shell completes commands, options, experiments and presets.");
        foreach (CompletionScript script in CompletionScripts.All)
        {
            Command shell = new(script.Shell, $"For {script.Shell}: {script.Install}");
            shell.SetAction(_ =>
            {
                terminal.Out.Write(script.Write(new CompletionTree(CommandCatalog.Whole(terminal))));
                return ExitCode.Fine;
            });
            command.Subcommands.Add(shell);
        }

        return command;
    }
}
