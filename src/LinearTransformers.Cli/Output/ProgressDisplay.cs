using LinearTransformers.Experiments;
using Spectre.Console;

namespace LinearTransformers.Cli.Output;

/// <summary>Shows progress on standard error while something runs: live bars on a terminal, a line now and then otherwise.</summary>
internal static class ProgressDisplay
{
    public static T Show<T>(Terminal terminal, Func<IProgressReporter, T> work)
    {
        if (!terminal.IsErrorInteractive)
        {
            return work(new PlainProgress(terminal.Error, TimeProvider.System));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn())
            .Start(context => work(new LiveProgress(context, TimeProvider.System)));
    }
}
