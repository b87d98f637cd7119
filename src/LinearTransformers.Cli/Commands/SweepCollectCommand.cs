using System.CommandLine;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Sweeps;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf sweep collect: the table of a sweep, also while it runs.</summary>
internal static class SweepCollectCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "collect",
            "Write table.csv of a sweep, a row a run, from what its runs have come to; also while it runs. Runs that have ended and are "
                + "not scored yet are scored, once.");
        Argument<string> folder = Folder();
        Option<bool> means = new("--means") { Description = "write means.csv too: means over seeds, with standard errors" };
        Option<string> jobs = SettingOption.Create("jobs", "n", "threads [one a processor]");
        Option<bool> json = new("--json") { Description = "print a JSON object on one line" };
        command.Arguments.Add(folder);
        foreach (Option option in (Option[])[means, jobs, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            SweepFolder sweep = new(parsed.GetValue(folder)!);
            int threads = SettingOption.Threads("jobs", parsed.GetValue(jobs));
            SweepDefinition definition = sweep.Read();
            SweepPoints points = SweepPoints.Of(definition);
            SweepRow[] rows = SweepRows.Of(sweep, points.All, definition.Prompts, scores: true, threads, terminal.Stop);
            List<string> files = [sweep.TablePath];
            SweepTable.Write(sweep.TablePath, points.Names, rows);
            if (parsed.GetValue(means))
            {
                SweepMeans.Write(sweep.MeansPath, points.Names, rows);
                files.Add(sweep.MeansPath);
            }

            string[] statuses = [.. rows.Select(row => row.Status)];
            terminal.Out.WriteLine(parsed.GetValue(json)
                ? SweepText.CollectedJson(sweep.Path, statuses, files)
                : $"{Counted.Of(rows.Length, "row")}: {SweepRow.Counts(statuses)}{string.Concat(files.Select(file => "\n" + file))}");
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>A sweep's folder as an argument.</summary>
    public static Argument<string> Folder() => new("sweep") { HelpName = PathName.Folder, Description = "the sweep's folder" };
}
