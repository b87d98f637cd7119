using System.Text.Json;

namespace LinearTransformers.Cli.Tests.Slurm;

/// <summary>Sweeps on a cluster: a real slurmctld with two nodes, where jobs are cancelled, queued again and lose their node.</summary>
public class SlurmTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private static readonly string[] Settings =
        ["--over", "d=2,3", "--over", "sd=0..19", "--B", "128", "--max-iters", "600", "--log-every", "50", "--prompts", "500"];

    [Fact]
    public void A_sweep_whose_tasks_are_cancelled_queued_again_overlap_and_lose_their_node_ends_with_the_table_of_a_quiet_one()
    {
        using SlurmMachine cluster = SlurmMachine.Start();
        using TemporaryFolder folder = new();
        string sweep = folder["sweep"];
        Assert.Equal(0, Invocation.Of(["sweep", .. Settings, "--save-every", "0.1", "--no-run", "--out", sweep]).ExitCode);
        string first = cluster.Lintf("sweep", "submit", sweep, "--tasks", "8", "--time", "60", "--json");
        Assert.Contains("\"job\":", first);
        string second = cluster.Lintf("sweep", "submit", sweep, "--tasks", "5", "--throttle", "3", "--json");
        Assert.Contains("\"tasks\":5", second);
        Assert.Contains("#SBATCH --array=1-5%3\n", File.ReadAllText(Path.Combine(sweep, "slurm/submit.sh")));
        Assert.Contains("#SBATCH --time=60\n", File.ReadAllText(Path.Combine(sweep, "slurm/submit.sh")));
        Assert.True(SlurmMachine.Eventually(Longest, () => cluster.Jobs("RUNNING").Length > 0), cluster.Do("squeue"));
        using RunningProgram beside = new("sweep", "--out", sweep, "--shard", "2/3", "--jobs", "1");
        System.Random random = new(3);
        for (int step = 0; step < 9; step++)
        {
            Thread.Sleep(random.Next(100, 500));
            Disturb(cluster, random, step);
            cluster.HurryUp();
        }

        // Whatever was cancelled is submitted again, until nothing is left to do.
        int submitted = 2;
        bool isDone = SlurmMachine.Eventually(Longest, () =>
        {
            cluster.HurryUp();
            if (cluster.Jobs("PENDING,RUNNING,COMPLETING").Length > 0)
            {
                return false;
            }

            using JsonDocument status = JsonDocument.Parse(cluster.Lintf("sweep", "status", sweep, "--json"));
            if (status.RootElement.GetProperty("finished").GetInt32() == 40)
            {
                return true;
            }

            cluster.Lintf("sweep", "submit", sweep, "--tasks", "4", "--throttle", "4");
            submitted++;
            return false;
        });
        Assert.True(isDone, cluster.Lintf("sweep", "status", sweep) + cluster.Do("squeue"));
        Assert.Equal(0, beside.Finish().ExitCode);
        using (JsonDocument status = JsonDocument.Parse(cluster.Lintf("sweep", "status", sweep, "--json")))
        {
            JsonElement jobs = status.RootElement.GetProperty("jobs");
            Assert.Equal(submitted, jobs.GetArrayLength());
            Assert.Equal(8, jobs[0].GetProperty("tasks").GetArrayLength());
        }

        Assert.Equal(0, Invocation.Of("sweep", "collect", sweep).ExitCode);
        Assert.Equal(0, Invocation.Of(["sweep", .. Settings, "--jobs", "2", "--out", folder["quiet"]]).ExitCode);
        Assert.Equal(WithoutSeconds(folder["quiet"]), WithoutSeconds(sweep));
        foreach (string run in Directory.GetDirectories(folder["quiet/runs"]))
        {
            string same = Path.Combine(sweep, "runs", Path.GetFileName(run));
            Assert.Equal(File.ReadAllBytes(Path.Combine(run, "history.safetensors")),
                File.ReadAllBytes(Path.Combine(same, "history.safetensors")));
            Assert.Equal(File.ReadAllBytes(Path.Combine(run, "metrics.jsonl")), File.ReadAllBytes(Path.Combine(same, "metrics.jsonl")));
        }
    }

    [Fact]
    public void A_task_that_is_signalled_ahead_of_its_time_limit_saves_and_queues_itself_again()
    {
        using SlurmMachine cluster = SlurmMachine.Start();
        using TemporaryFolder folder = new();
        string sweep = folder["sweep"];
        Assert.Equal(0, Invocation.Of(
            "sweep", "--over", "sd=0", "--B", "64", "--max-iters", "100000000", "--prompts", "100", "--no-run", "--out", sweep).ExitCode);
        Assert.Contains("\"job\":", cluster.Lintf("sweep", "submit", sweep, "--json"));
        string state = Path.Combine(sweep, "runs/sd=0/writer.json");
        Assert.True(SlurmMachine.Eventually(Longest, () =>
        {
            cluster.HurryUp();
            return File.Exists(state);
        }), cluster.Do("squeue"));
        string job = Assert.Single(cluster.Jobs("RUNNING"));

        // The signal that Slurm sends so many seconds ahead of the limit, to the same shell.
        cluster.Do("scancel", "--signal=USR1", "--batch", job);
        Assert.True(SlurmMachine.Eventually(Longest, () => cluster.Do("scontrol", "show", "job", job).Contains("Restarts=1")),
            cluster.Do("scontrol", "show", "job", job) + Output(sweep));
        Assert.True(SlurmMachine.Eventually(Longest, () => cluster.Jobs("PENDING").Length == 1), cluster.Do("squeue"));
        int saved = Training.RunDirectory.Load(Path.Combine(sweep, "runs/sd=0")).Iteration;
        Assert.True(saved > 0);
        Assert.False(File.Exists(state));
        Assert.True(SlurmMachine.Eventually(Longest, () =>
        {
            // Why it waits is known a moment later only.
            cluster.HurryUp();
            if (cluster.Jobs("PENDING,RUNNING,COMPLETING").Length == 0)
            {
                // A node may refuse a job that it has just ended: that is no matter of the script.
                cluster.Lintf("sweep", "submit", sweep);
            }

            return File.Exists(state);
        }), cluster.Do("squeue") + Output(sweep));
        cluster.Do("scancel", job);
        cluster.Do("scancel", "--user=root");
        Assert.True(SlurmMachine.Eventually(Longest, () => cluster.Jobs("PENDING,RUNNING,COMPLETING").Length == 0), cluster.Do("squeue"));
        Assert.True(Training.RunDirectory.Load(Path.Combine(sweep, "runs/sd=0")).Iteration >= saved);
    }

    /// <summary>Something goes wrong on the cluster.</summary>
    private static void Disturb(SlurmMachine cluster, System.Random random, int step)
    {
        string[] running = cluster.Jobs("RUNNING");
        string? one = running.Length > 0 ? running[random.Next(running.Length)] : null;
        switch (step)
        {
            case 2:
                // The node's daemon dies; what it had begun runs on, while Slurm gives its tasks to others.
                cluster.KillNode("n2");
                cluster.Do("scontrol", "update", "NodeName=n2", "State=DOWN", "Reason=test");
                break;
            case 6:
                cluster.StartNode("n2");
                cluster.Do("scontrol", "update", "NodeName=n2", "State=RESUME");
                break;
            case 4 when one is not null:
                cluster.Do("scancel", "--signal=USR1", "--batch", one);
                break;
            default:
                if (one is not null)
                {
                    _ = random.Next(2) == 0 ? cluster.Do("scancel", one) : cluster.Do("scontrol", "requeue", one);
                }

                break;
        }
    }

    /// <summary>What tasks have said, for a test that fails.</summary>
    private static string Output(string sweep)
        => string.Concat(Directory.GetFiles(Path.Combine(sweep, "slurm"), "*.out").Select(file => $"{file}\n{File.ReadAllText(file)}\n"));

    private static string WithoutSeconds(string sweep)
        => string.Concat(File.ReadLines(Path.Combine(sweep, "table.csv")).Select(line => line[..line.LastIndexOf(',')] + "\n"));
}
