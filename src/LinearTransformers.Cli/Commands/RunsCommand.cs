using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf runs: what runs there are, how they stand, and how they differ.</summary>
internal static class RunsCommand
{
    private const string DefaultFolder = "runs";

    public static Command Create(Terminal terminal)
        => new("runs", "List runs, show one, compare several. Nothing is written into their folders.")
    {
        List(terminal),
        Show(terminal),
        CompareCommand.Create(terminal),
    };

    /// <summary>The runs that were asked for.</summary>
    /// <param name="folders">Where.</param>
    /// <param name="onLeftOut">Called with a line for each folder that cannot be searched; null to refuse it.</param>
    /// <exception cref="UsageException">A folder holds none.</exception>
    public static IReadOnlyList<RunSummary> Find(string[]? folders, Action<string>? onLeftOut = null)
    {
        try
        {
            return [.. RunFolders.Find(folders is null or [] ? [DefaultFolder] : folders, onLeftOut).Select(RunSummary.Of)];
        }
        catch (RunDirectoryException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static string? Environment(RunDirectory directory)
    {
        try
        {
            return directory.ReadEnvironment();
        }
        catch (RunDirectoryException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static Command List(Terminal terminal)
    {
        Command command = new(
            "list",
            "A line for each run: path, status, iterations, final loss, seconds, and the settings that tell it apart. A damaged run "
                + "has a line that says what is wrong with it. A folder that cannot be read is left out, and named on standard error.");
        Argument<string[]> folders = new("run")
        {
            HelpName = PathName.Folder,
            Description = "run folders, or folders with runs below them [runs]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> json = new("--json") { Description = "print a JSON object a line" };
        command.Arguments.Add(folders);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            IReadOnlyList<RunSummary> runs = Find(parsed.GetValue(folders), line => terminal.Error.WriteLine("lintf: " + line));
            if (parsed.GetValue(json))
            {
                foreach (RunSummary run in runs)
                {
                    terminal.Out.WriteLine(JsonLines.Compose(writer => RunTable.WriteJson(writer, run, runs)));
                }
            }
            else
            {
                RunTable.Write(terminal.Out, runs);
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        Command command = new("show", "Everything of one run: how it stands, where it was made, its files and all its settings.");
        Argument<string> folder = new("run") { HelpName = PathName.Folder, Description = "the run's folder" };
        Option<bool> json = new("--json") { Description = "print a JSON object on one line" };
        command.Arguments.Add(folder);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(folder)!;
            IReadOnlyList<RunSummary> runs = Find([path]);
            if (runs.Count > 1)
            {
                throw new UsageException(
                    $"{path} holds {Counted.Of(runs.Count, "run")}: it must be one run's folder; lintf runs list shows all");
            }

            RunSummary run = runs[0];
            if (run.Directory is not { } directory)
            {
                throw new UsageException(run.Problem!);
            }

            FileInfo[] files = [.. new DirectoryInfo(run.Path).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal)];
            string? made = Environment(directory);
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonLines.Compose(writer =>
                {
                    RunTable.WriteJson(writer, run, runs);
                    JsonLines.Embed(writer, "environment", made);
                    writer.WriteStartArray("files");
                    foreach (FileInfo file in files)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", file.Name);
                        writer.WriteNumber("bytes", file.Length);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                }));
                return ExitCode.Fine;
            }

            Write("run", run.Path);
            Write("status", run.Writer is { } writer ? $"{run.Status} ({writer})" : run.Status);
            Write("iterations", FormattableString.Invariant($"{directory.Iteration} of {directory.Settings.MaxIterations}"));
            Write("final loss", directory.LastLoss.ToString("R", CultureInfo.InvariantCulture));
            Write("seconds", directory.Seconds.ToString("0.000", CultureInfo.InvariantCulture));
            foreach (FileInfo file in files)
            {
                Write(file.Name, FormattableString.Invariant(
                    $"{Counted.Of(file.Length, "byte")}, {file.LastWriteTimeUtc:yyyy-MM-dd HH:mm:ss} UTC"));
            }

            terminal.Out.Write($"\nmade by {made ?? "nothing is recorded yet\n"}\nsettings {SettingsJson.Write(directory.Settings)}");
            return ExitCode.Fine;

            void Write(string what, string value) => terminal.Out.WriteLine($"{what,-20}  {value}");
        });
        return command;
    }
}
