using System.Text;
using LinearTransformers.Cli.Hosting;
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

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new ErrorTerminal(terminal.Error),
        });
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

    /// <summary>A terminal that is written to through a writer of ours.</summary>
    private sealed class ErrorTerminal(TextWriter writer) : IAnsiConsoleOutput
    {
        private const int UsualWidth = 80;
        private const int UsualHeight = 24;

        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => Ask(() => Console.WindowWidth, UsualWidth);

        public int Height => Ask(() => Console.WindowHeight, UsualHeight);

        public void SetEncoding(Encoding encoding)
        {
        }

        private static int Ask(Func<int> size, int usual)
        {
            try
            {
                return size() is > 0 and int known ? known : usual;
            }
            catch (IOException)
            {
                return usual;
            }
        }
    }
}
