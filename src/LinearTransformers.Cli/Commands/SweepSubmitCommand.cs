using System.CommandLine;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Experiments.Sweeps.Slurm;
using LinearTransformers.Storage;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf sweep submit: a sweep as an array of a Slurm cluster.</summary>
internal static class SweepSubmitCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "submit",
            "Write an array script for Slurm, slurm/submit.sh in the sweep's folder, and submit it. Each task trains its share of the "
                + "points, saves ahead of the time limit and queues itself again. Options are kept for the next time.");
        Argument<string> folder = SweepCollectCommand.Folder();
        Option<string> tasks = SettingOption.Create("tasks", "n", "tasks of the array [100, or one a point where there are fewer]");
        Option<string> throttle = SettingOption.Create("throttle", "n", "tasks that run at the same time at most [no limit]");
        Option<string> partition = SettingOption.Create("partition", "NAME", "the partition [the cluster's default]");
        Option<string> account = SettingOption.Create("account", "NAME", "the account [the cluster's default]");
        Option<string> time = SettingOption.Create("time", "limit", "time limit of a task, as sbatch takes it [the partition's default]");
        Option<string> memory = SettingOption.Create("mem", "size", "memory of a task, such as 2G [the partition's default]");
        Option<string> cpus = SettingOption.Create("cpus", "n", "cores of a task, each for a point at a time [1]");
        Option<string> ahead = SettingOption.Create(
            "ahead", "seconds", $"how long before its time limit a task saves and queues itself again [{SbatchScript.UsualAhead}]");
        Option<bool> noSubmit = new("--no-submit") { Description = "write the script only" };
        Option<bool> json = new("--json") { Description = "print a JSON object on one line" };
        command.Arguments.Add(folder);
        foreach (Option option in (Option[])[tasks, throttle, partition, account, time, memory, cpus, ahead, noSubmit, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            SweepFolder sweep = new(parsed.GetValue(folder)!);
            SlurmOptions given = new()
            {
                Tasks = FigureOptions.AtLeastOne("tasks", parsed.GetValue(tasks)),
                Throttle = FigureOptions.AtLeastOne("throttle", parsed.GetValue(throttle)),
                Partition = parsed.GetValue(partition),
                Account = parsed.GetValue(account),
                Time = parsed.GetValue(time),
                Memory = parsed.GetValue(memory),
                Cpus = FigureOptions.AtLeastOne("cpus", parsed.GetValue(cpus)),
                Ahead = FigureOptions.AtLeastOne("ahead", parsed.GetValue(ahead)),
            };
            SbatchScript.Check(given);
            SweepDefinition definition = sweep.Read();
            SlurmOptions options = definition.Slurm.With(given);
            int count = Math.Min(options.Tasks ?? SbatchScript.UsualTasks, SweepPoints.Of(definition).All.Count);
            SbatchScript script = new(Path.GetFullPath(sweep.Path), ThisProgram(), Environment.CurrentDirectory);
            string path = Path.Combine(Path.GetFullPath(sweep.Path), SbatchScript.Name);
            Directory.CreateDirectory(sweep.SlurmPath);
            sweep.Update(here => here.Read() is { } there ? there with { Slurm = there.Slurm.With(given) } : definition);
            AtomicFile.WriteAllText(path, script.Text(options, count));
            long? job = null;
            if (!parsed.GetValue(noSubmit))
            {
                long submitted = SlurmCluster.Submit(path);
                job = submitted;
                sweep.Update(here =>
                {
                    SweepDefinition there = here.Read();
                    return there with { Slurm = there.Slurm with { Jobs = [.. there.Slurm.Jobs, submitted] } };
                });
            }

            terminal.Out.WriteLine(parsed.GetValue(json)
                ? JsonLines.Compose(json =>
                {
                    json.WriteString("sweep", sweep.Path);
                    if (job is { } number)
                    {
                        json.WriteNumber("job", number);
                    }
                    else
                    {
                        json.WriteNull("job");
                    }

                    json.WriteNumber("tasks", count);
                    JsonLines.WriteFiles(json, path);
                })
                : job is null ? $"{path}\nsubmit it with: sbatch {path}"
                : $"{path}\njob {job} of {Counted.Of(count, "task")}; lintf sweep status {sweep.Path} says how it stands");
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>The program as another process can start it: an executable, or one with the assembly that it is to run.</summary>
    private static IReadOnlyList<string> ThisProgram()
    {
        string process = Environment.ProcessPath ?? "lintf";
        string[] arguments = Environment.GetCommandLineArgs();
        return Path.GetFileNameWithoutExtension(process) == "dotnet" && arguments is [{ } assembly, ..]
            ? [process, Path.GetFullPath(assembly)]
            : [process];
    }
}
