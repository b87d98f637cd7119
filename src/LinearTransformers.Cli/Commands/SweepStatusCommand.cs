using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Experiments.Sweeps.Slurm;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf sweep status: how a sweep stands, here and on the cluster.</summary>
internal static class SweepStatusCommand
{
    private const int MostLines = 20;

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "status",
            "Say how a sweep stands: its points from their folders, and the tasks that were submitted from squeue and sacct where these "
                + "answer. Nothing is written.");
        Argument<string> folder = SweepCollectCommand.Folder();
        Option<bool> json = new("--json") { Description = "print a JSON object on one line" };
        command.Arguments.Add(folder);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            SweepFolder sweep = new(parsed.GetValue(folder)!);
            SweepDefinition definition = sweep.Read();
            SweepPoints points = SweepPoints.Of(definition);
            IReadOnlyList<SlurmTask>? tasks = SlurmCluster.Tasks(definition.Slurm.Jobs);
            SweepRow[] rows = SweepRows.Of(
                sweep, points.All, definition.Prompts, scores: false, Environment.ProcessorCount, terminal.Stop);
            string[] statuses = [.. rows.Select(row => row.Status)];
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(Json(sweep, definition, statuses, tasks));
                return ExitCode.Fine;
            }

            terminal.Out.WriteLine($"{Counted.Of(rows.Length, "point")}: {SweepRow.Counts(statuses)}");
            Problems(terminal.Out, sweep, rows);
            Jobs(terminal.Out, definition, tasks);
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Problems(TextWriter writer, SweepFolder sweep, SweepRow[] rows)
    {
        SweepRow[] wrong = [.. rows.Where(row => row.Problem is not null)];
        foreach (SweepRow row in wrong.Take(MostLines))
        {
            writer.WriteLine($"{sweep.RunPath(row.Point)}: {row.Problem}");
        }

        if (wrong.Length > MostLines)
        {
            writer.WriteLine($"… and {wrong.Length - MostLines} more, as lintf sweep collect lists them");
        }
    }

    private static void Jobs(TextWriter writer, SweepDefinition definition, IReadOnlyList<SlurmTask>? tasks)
    {
        if (tasks is null && definition.Slurm.Jobs.Count > 0)
        {
            writer.WriteLine("Slurm does not answer here: nothing is known of the tasks that were submitted");
            return;
        }

        foreach (long job in definition.Slurm.Jobs)
        {
            SlurmTask[] own = [.. (tasks ?? []).Where(task => task.Job == job)];
            string states = string.Join(", ", own.GroupBy(task => task.State).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Count().ToString(CultureInfo.InvariantCulture)} {group.Key}"));
            writer.WriteLine($"job {job}: {(own.Length == 0 ? "no task of it is known to Slurm any more" : states)}");
            foreach (SlurmTask task in own.Where(task => task.State is not ("COMPLETED" or "PENDING")).Take(MostLines))
            {
                writer.WriteLine($"  {job}_{task.Task}  {task.State}{(task.Where.Length > 0 ? "  " + task.Where : "")}");
            }
        }
    }

    private static string Json(
        SweepFolder sweep, SweepDefinition definition, IReadOnlyList<string> statuses, IReadOnlyList<SlurmTask>? tasks)
        => JsonLines.Compose(json =>
        {
            json.WriteString("sweep", sweep.Path);
            json.WriteNumber("points", statuses.Count);
            SweepText.WriteCounts(json, statuses);
            json.WriteStartArray("jobs");
            foreach (long job in definition.Slurm.Jobs)
            {
                json.WriteStartObject();
                json.WriteNumber("job", job);
                json.WriteStartArray("tasks");
                foreach (SlurmTask task in (tasks ?? []).Where(task => task.Job == job))
                {
                    json.WriteStartObject();
                    json.WriteNumber("task", task.Task);
                    json.WriteString("state", task.State);
                    json.WriteString("where", task.Where);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
