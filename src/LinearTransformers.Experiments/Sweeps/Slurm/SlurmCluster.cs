using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LinearTransformers.Experiments.Sweeps.Slurm;

/// <summary>Asks Slurm by its own programs: sbatch, squeue, sacct and scontrol.</summary>
public static class SlurmCluster
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    /// <summary>Submits a script.</summary>
    /// <returns>The job number.</returns>
    /// <exception cref="SlurmException">There is no Slurm, or it refuses.</exception>
    public static long Submit(string script)
    {
        if (Ask("sbatch", "--parsable", script) is not { } answer)
        {
            throw new SlurmException("sbatch was not found: submitting needs Slurm on this machine");
        }

        return answer.Code == 0 && long.TryParse(answer.Out.Trim().Split(';')[0], CultureInfo.InvariantCulture, out long job)
            ? job
            : throw new SlurmException($"sbatch refused {script}: {FirstLine(answer.Error)}");
    }

    /// <summary>
    /// The tasks of some arrays that Slurm knows of: those in the queue, and, where there is accounting, those that have ended; without it
    /// those that it has not forgotten yet. Null where there is no Slurm that answers.
    /// </summary>
    public static IReadOnlyList<SlurmTask>? Tasks(IReadOnlyList<long> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        string numbers = string.Join(',', jobs.Select(job => job.ToString(CultureInfo.InvariantCulture)));
        if (jobs.Count == 0 || Ask("squeue", "--noheader", "--array", "--states=all", "--format=%F|%K|%T|%R", "--jobs=" + numbers)
            is not { } queue)
        {
            return null;
        }

        // It does not know of any of them: then it says so, and exits with 1.
        bool answers = queue.Code == 0 || queue.Error.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase);
        Dictionary<(long, int), SlurmTask> tasks = [];
        if (Ask("sacct", "--noheader", "--parsable2", "--allocations", "--array", "--format=JobID,State,NodeList", "--jobs=" + numbers)
            is { Code: 0 } accounting)
        {
            answers = true;
            foreach (string[] cells in Lines(accounting.Out, 3))
            {
                string[] number = cells[0].Split('_');
                if (number.Length == 2 && long.TryParse(number[0], out long job) && int.TryParse(number[1], out int task))
                {
                    tasks[(job, task)] = new SlurmTask(job, task, cells[1].Split(' ')[0], cells[2]);
                }
            }
        }

        foreach (string[] cells in Lines(queue.Out, 4))
        {
            if (long.TryParse(cells[0], out long job) && int.TryParse(cells[1], out int task))
            {
                tasks[(job, task)] = new SlurmTask(job, task, cells[2], cells[3].Trim('(', ')'))
                {
                    IsQueued = cells[2] is "PENDING" or "RUNNING" or "COMPLETING" or "CONFIGURING" or "SUSPENDED" or "REQUEUED",
                };
            }
        }

        return answers ? [.. tasks.Values.OrderBy(task => task.Job).ThenBy(task => task.Task)] : null;
    }

    private static IEnumerable<string[]> Lines(string text, int cells)
        => text.Split('\n').Select(line => line.Trim().Split('|')).Where(line => line.Length == cells);

    private static string FirstLine(string text)
        => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()
            ?? "it did not say why";

    /// <summary>Runs a program; null where there is none of the name, or it does not end.</summary>
    private static (int Code, string Out, string Error)? Ask(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(LongestAnswer))
            {
                process.Kill();
                return null;
            }

            return (process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
