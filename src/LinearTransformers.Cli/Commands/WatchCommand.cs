using System.CommandLine;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Watching;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf watch: how runs in progress stand, until all are finished.</summary>
internal static class WatchCommand
{
    private const string DefaultFolder = "runs";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "watch",
            "Show once a second how runs stand: loss, gradient norm, the exact floor where there is one, learning rate, iterations, pace "
                + "and time left; until all are finished, diverged or damaged, or Ctrl-C, which ends the watch and not the runs. Runs "
                + "that appear later are shown too. On a terminal it is a table; elsewhere a line for each run that has changed. "
                + "Their folders are only read.\n\nExample:\n  lintf watch runs --html watch.html");
        Argument<string[]> folders = new("run")
        {
            HelpName = PathName.Folder,
            Description = $"run folders, or folders that have runs below them or will have [{DefaultFolder}]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> once = new("--once") { Description = "show how they stand now, and end" };
        Option<string> html = SettingOption.Create(
            "html", "FILE", "write a page of them too, with their curves, which a browser reloads by itself");
        Option<bool> json = new("--json") { Description = "print a JSON object a line for each run that has changed" };
        command.Arguments.Add(folders);
        command.Options.Add(once);
        command.Options.Add(html);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(folders) is { Length: > 0 } given ? given : [DefaultFolder];
            string? page = parsed.GetValue(html) is { } path ? OutputPath.File("html", path) : null;
            bool isOnce = parsed.GetValue(once);
            if (Array.Find(paths, folder => folder.Length == 0 || File.Exists(folder)) is { } wrong)
            {
                throw new UsageException(
                    $"{(wrong.Length == 0 ? "a run's folder is empty" : wrong + " is a file")}: it must be a run's, or one with runs below "
                        + "it, now or later");
            }

            RunWatch watch = new(paths, withCurves: page is not null);
            return isOnce ? Once(terminal, watch, paths, parsed.GetValue(json), page)
                : Watch(terminal, watch, paths, parsed.GetValue(json), page);
        });
        return command;
    }

    private static int Once(Terminal terminal, RunWatch watch, string[] paths, bool json, string? page)
    {
        _ = RunsCommand.Find(paths, line => terminal.Error.WriteLine("lintf: " + line));
        _ = watch.Look();
        watch.WaitForFloors(terminal.Stop);
        IReadOnlyList<RunView> runs = watch.Look();
        if (page is not null)
        {
            WritePage(page, runs, "The runs as they stood then.");
        }

        new WatchScreen(terminal, json).Show(runs, "");
        return ExitCode.Fine;
    }

    private static int Watch(Terminal terminal, RunWatch watch, string[] paths, bool json, string? page)
    {
        WatchScreen screen = new(terminal, json);
        bool hasPage = false;
        for (; ; )
        {
            IReadOnlyList<RunView> runs = watch.Look();
            bool isOver = watch.IsOver;
            bool isStopped = terminal.Stop.IsCancellationRequested;
            string? end = isOver ? "All runs have ended." : isStopped ? "The watch has ended; the runs go on." : null;
            try
            {
                if (page is not null && (hasPage || !isStopped))
                {
                    WritePage(page, runs, end);
                    hasPage = true;
                }
            }
            catch (IOException) when (hasPage && end is null)
            {
                // Windows replaces no file that a browser reads at this moment: the next second will do.
            }

            screen.Show(runs, isOver ? "" : Waiting(runs, paths));
            if (isOver)
            {
                return ExitCode.Fine;
            }

            if (isStopped)
            {
                terminal.Error.WriteLine("lintf: the watch has ended; the runs go on");
                return ExitCode.Interrupted;
            }

            terminal.Stop.WaitHandle.WaitOne(BetweenLooks);
        }
    }

    private static string Waiting(IReadOnlyList<RunView> runs, string[] paths)
        => runs.Count == 0 ? $" in {string.Join(", ", paths)}: waiting for one; Ctrl-C ends the watch"
            : runs.All(run => run.IsOver || run.Status is WatchStatus.Interrupted) ? "; waiting for them to go on; Ctrl-C ends the watch"
            : "; Ctrl-C ends the watch, not the runs";

    private static void WritePage(string path, IReadOnlyList<RunView> runs, string? end)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WatchPage.Write(path, runs, end);
    }
}
