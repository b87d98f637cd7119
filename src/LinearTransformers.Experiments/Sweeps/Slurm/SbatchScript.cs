using System.Globalization;
using System.Text;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Sweeps.Slurm;

/// <summary>A sweep's array as a script for sbatch, which a person can read and edit.</summary>
/// <param name="Sweep">The sweep's folder, a whole path.</param>
/// <param name="Program">The program and what must stand before its command.</param>
/// <param name="Folder">The folder that paths in settings are relative to.</param>
public sealed record SbatchScript(string Sweep, IReadOnlyList<string> Program, string Folder)
{
    /// <summary>Its name, below the sweep's folder.</summary>
    public const string Name = "slurm/submit.sh";

    /// <summary>Seconds ahead of the time limit: saving takes less, but Slurm looks at limits every half minute.</summary>
    public const int UsualAhead = 120;

    /// <summary>Tasks of an array, unless there are fewer points.</summary>
    public const int UsualTasks = 100;

    /// <summary>Refuses what a script cannot hold.</summary>
    /// <exception cref="SettingException">Says what.</exception>
    public static void Check(SlurmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach ((string name, string? text) in ((string, string?)[])[
            ("partition", options.Partition), ("account", options.Account), ("time", options.Time), ("mem", options.Memory)])
        {
            if (text is not null && (text.Length == 0 || !text.All(IsPlain)))
            {
                throw new SettingException(name, text, "as sbatch takes it, of letters, digits and the signs . - _ : , +");
            }
        }
    }

    /// <summary>The script.</summary>
    public string Text(SlurmOptions options, int tasks)
    {
        ArgumentNullException.ThrowIfNull(options);
        StringBuilder text = new("#!/bin/bash\n");
        Line("job-name", "lintf-" + string.Concat(Path.GetFileName(Sweep).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')));
        Line("array", string.Create(CultureInfo.InvariantCulture, $"1-{tasks}{(options.Throttle is { } most ? $"%{most}" : "")}"));
        Line("partition", options.Partition);
        Line("account", options.Account);
        Line("time", options.Time);
        Line("mem", options.Memory);
        Line("ntasks", "1");
        Line("cpus-per-task", (options.Cpus ?? 1).ToString(CultureInfo.InvariantCulture));
        Line("signal", string.Create(CultureInfo.InvariantCulture, $"B:USR1@{options.Ahead ?? UsualAhead}"));
        Line("requeue", "");
        Line("open-mode", "append");
        Line("output", Quoted(Path.Combine(Sweep, "slurm", "%A_%a.out")));
        Line("chdir", Quoted(Folder));
        text.Append(string.Create(CultureInfo.InvariantCulture, $$"""

            # Each task of the array trains its share of the points and scores them. It may be killed,
            # repeated, or run beside others on the same folder: what is done stays done, and a run that
            # another process is at is left to that one.
            {{string.Join(' ', Program.Select(Shell))}} sweep --out {{Shell(Sweep)}} \
              --shard "$SLURM_ARRAY_TASK_ID/{{tasks}}" --jobs "${SLURM_CPUS_PER_TASK:-1}" &
            program=$!

            # Ahead of the time limit Slurm sends USR1 to this shell. The program saves what it is at and
            # exits with 130, and the task queues itself again.
            again=no
            trap 'again=yes; kill -USR1 "$program" 2>/dev/null' USR1
            trap 'kill -TERM "$program" 2>/dev/null' TERM INT
            code=129
            while [ "$code" -gt 128 ]; do
              wait "$program"
              code=$?
              kill -0 "$program" 2>/dev/null || break
            done
            if [ "$again" = yes ] && [ "$code" -gt 128 ]; then
              scontrol requeue "$SLURM_JOB_ID"
            fi
            exit "$code"

            """).ReplaceLineEndings("\n"));
        return text.ToString();

        void Line(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"#SBATCH --{name}{(value.Length > 0 ? "=" : "")}{value}\n");
            }
        }
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or ',' or '+';

    private static string Shell(string text)
        => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '=' or '+' or ',')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
