using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LinearTransformers.Cli.Tests.Slurm;

/// <summary>
/// A Slurm cluster of two nodes on this machine, with a key, ports and files of its own: munged, slurmctld and a slurmd for each node,
/// which end with the test by their process numbers.
/// </summary>
internal sealed class SlurmMachine : IDisposable
{
    /// <summary>A signal to a job that is just being queued again is tried for ever.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestOfOurs = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private SlurmMachine()
    {
        int[] ports = FreePorts(3);
        string host = Environment.MachineName;
        File.WriteAllText(_folder["slurm.conf"], string.Create(CultureInfo.InvariantCulture, $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={ports[0]}
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={_folder["munge.socket"]}
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool-%n"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd-%n.pid"]}
            SlurmctldLogFile={_folder["slurmctld.log"]}
            SlurmdLogFile={_folder["slurmd-%n.log"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            ReturnToService=2
            AccountingStorageType=accounting_storage/none
            JobAcctGatherType=jobacct_gather/none
            SwitchType=switch/none
            SlurmdTimeout=300
            KillWait=3
            MinJobAge=900
            SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
            NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2
            NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2
            PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP

            """));
        Directory.CreateDirectory(_folder["state"]);
        byte[] key = new byte[1024];
        System.Random.Shared.NextBytes(key);
        File.WriteAllBytes(_folder["munge.key"], key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>The cluster, its nodes idle; the test is skipped where it cannot be.</summary>
    public static SlurmMachine Start()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.UserName == "root"
                && ((string[])["munged", "slurmctld", "slurmd", "sbatch"]).All(IsInstalled),
            "it takes Linux, the root user, munge and slurm-wlm to start a cluster");
        SlurmMachine machine = new();
        try
        {
            Start("munged", "--force", "--key-file=" + machine._folder["munge.key"], "--socket=" + machine._folder["munge.socket"],
                "--pid-file=" + machine._folder["munge.pid"], "--log-file=" + machine._folder["munge.log"],
                "--seed-file=" + machine._folder["munge.seed"]);
            machine.Do("slurmctld");
            machine.StartNode("n1");
            machine.StartNode("n2");
            bool isUp = Eventually(LongestStart, () => machine.Do("sinfo", "--noheader", "--format=%T %D").Trim() == "idle 2");
            Assert.SkipUnless(isUp, $"no cluster started here: {machine.Do("sinfo")}");
            return machine;

            void Start(string program, params string[] arguments) => machine.Do(program, arguments);
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program of Slurm's, or ours, within the cluster, and gives what it printed.</summary>
    public string Do(string program, params string[] arguments) => Do(LongestAnswer, program, arguments);

    private string Do(TimeSpan longest, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = _folder["slurm.conf"];
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;

        // Programs that go on in the background may keep the pipes open: their end is not waited for.
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(longest))
        {
            process.Kill();
            return "";
        }

        Task.WaitAll([output, error], TimeSpan.FromSeconds(2));
        return (output.IsCompleted ? output.Result : "") + (error.IsCompleted ? error.Result : "");
    }

    /// <summary>Our program within the cluster.</summary>
    public string Lintf(params string[] arguments)
        => Do(LongestOfOurs, "dotnet", [Path.Combine(AppContext.BaseDirectory, "lintf.dll"), .. arguments]);

    public void StartNode(string node) => Do("slurmd", "-N", node);

    /// <summary>SIGKILL for a node's daemon. What runs on the node runs on.</summary>
    public void KillNode(string node)
    {
        if (ProcessOf($"slurmd-{node}.pid") is { } daemon)
        {
            daemon.Kill();
            daemon.WaitForExit(LongestEnd);
            daemon.Dispose();
        }
    }

    /// <summary>The numbers of jobs in some states.</summary>
    public string[] Jobs(string states)
        => Do("squeue", "--noheader", "--array", "--format=%A", "--states=" + states)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.All(char.IsAsciiDigit)).ToArray();

    /// <summary>
    /// Jobs that were queued again wait two minutes by themselves, and those whose start failed, as when the node went down then, are held:
    /// here they wait some seconds, which a node needs to forget that it has ended the job.
    /// </summary>
    public void HurryUp()
    {
        foreach (string line in Do("squeue", "--noheader", "--array", "--format=%A|%S|%r", "--states=PENDING").Split('\n'))
        {
            if (line.Trim().Split('|') is not [string job, string start, string reason])
            {
                continue;
            }

            if (reason == "BeginTime" && DateTime.TryParse(start, CultureInfo.InvariantCulture, out DateTime time)
                && time > DateTime.Now.AddSeconds(20))
            {
                Do("scontrol", "update", "JobId=" + job, "StartTime=now+6");
            }
            else if (reason.Contains("held", StringComparison.OrdinalIgnoreCase))
            {
                Do("scontrol", "release", job);
            }
        }
    }

    public void Dispose()
    {
        if (File.Exists(_folder["slurmctld.pid"]))
        {
            Do("scancel", "--state=PENDING", "--user=root");
            Do("scancel", "--state=RUNNING", "--user=root");

            // Each job has a process of Slurm's, with a socket in its node's folder, that ends after it.
            Eventually(LongestEnd, () => Jobs("all").Length == 0 || Jobs("PENDING,RUNNING,COMPLETING").Length == 0);
            Eventually(LongestEnd, () => ((string[])["n1", "n2"]).All(
                node => !Directory.Exists(_folder["spool-" + node])
                    || Directory.GetFiles(_folder["spool-" + node], $"{node}_*").Length == 0));
        }

        foreach (string file in (string[])["slurmd-n1.pid", "slurmd-n2.pid", "slurmctld.pid", "munge.pid"])
        {
            using Process? daemon = ProcessOf(file);
            if (daemon is not null)
            {
                Do("kill", daemon.Id.ToString(CultureInfo.InvariantCulture));
                if (!daemon.WaitForExit(LongestEnd))
                {
                    daemon.Kill();
                    daemon.WaitForExit();
                }
            }
        }

        try
        {
            _folder.Dispose();
        }
        catch (IOException)
        {
            // A daemon may have written its last file in between.
            _folder.Dispose();
        }
    }

    /// <summary>Waits until something is so; whether it came to be.</summary>
    public static bool Eventually(TimeSpan longest, Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > longest)
            {
                return false;
            }

            Thread.Sleep(200);
        }

        return true;
    }

    private Process? ProcessOf(string file)
    {
        try
        {
            return Process.GetProcessById(int.Parse(File.ReadAllText(_folder[file]).Trim(), CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException or Win32Exception)
        {
            return null;
        }
    }

    private static bool IsInstalled(string program)
        => ((string[])["/usr/sbin", "/usr/bin", "/sbin", "/bin"]).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }
}
