namespace LinearTransformers.Cli.Tests;

/// <summary>Commands that read runs, on a run of which a file is damaged: a line that names the file, and no stack trace.</summary>
public class DamagedRunTests
{
    private static readonly string[] Commands =
    [
        "plot loss {run} --every 2 --out {figure}",
        "plot matrices {run} --out {figure}",
        "plot distance-to-identity {run} --every 1 --out {figure}",
        "report {run} --out {page}",
        "runs show {run}",
        "runs show {run} --json",
        "runs compare {run} {whole} --every 2 --out {figure}",
        "export {run} --out {npz}",
        "export {run} --out {csv}",
        "train {same} --out {run}",
    ];

    private static readonly string[] Same = ["--B", "16", "--d", "2", "--n-layer", "1", "--max-iters", "9", "--log-every", "2"];

    [Theory]
    [InlineData("history.safetensors", "cut", "plot loss|plot matrices|plot distance-to-identity|report|runs compare|export|train")]
    [InlineData("history.safetensors", "empty", "plot loss|plot matrices|plot distance-to-identity|report|runs compare|export|train")]
    [InlineData("history.safetensors", "gone", "plot loss|plot matrices|plot distance-to-identity|report|runs compare|export|train")]
    [InlineData("history.safetensors", "folder", "plot loss|plot matrices|plot distance-to-identity|report|runs compare|export|train")]
    [InlineData("history.safetensors", "other", "plot loss|plot matrices|plot distance-to-identity|report|runs compare|export|train")]
    [InlineData("state.safetensors", "cut", "plot|report|runs show|runs compare|export|train")]
    [InlineData("state.safetensors", "folder", "plot|report|runs show|runs compare|export|train")]
    [InlineData("state.safetensors", "other", "plot|report|runs show|runs compare|export|train")]
    [InlineData("metrics.jsonl", "cut", "plot|report|runs compare|export|train")]
    [InlineData("metrics.jsonl", "empty", "plot|report|runs compare|export|train")]
    [InlineData("metrics.jsonl", "gone", "plot|report|runs compare|export|train")]
    [InlineData("metrics.jsonl", "other", "plot|report|runs compare|export|train")]
    [InlineData("config.json", "cut", "plot|report|runs show|runs compare|export|train")]
    [InlineData("config.json", "empty", "plot|report|runs show|runs compare|export|train")]
    [InlineData("config.json", "other", "plot|report|runs show|runs compare|export")]
    [InlineData("environment.json", "cut", "runs show")]
    public void Every_command_that_reads_the_file_names_it_in_a_line(string file, string damage, string readers)
    {
        using TemporaryFolder folder = new();
        Train(folder["run"]);
        Train(folder["whole"], "--sd", "1");
        Assert.Equal(0, Invocation.Of(
            "train", "--B", "16", "--d", "3", "--n-layer", "2", "--max-iters", "9", "--out", folder["other"]).ExitCode);
        string path = folder["run/" + file];
        Damage(path, damage, folder["other/" + file]);
        foreach (string command in Commands)
        {
            bool reads = Array.Exists(readers.Split('|'), reader => command.StartsWith(reader, StringComparison.Ordinal));
            Invocation invocation = Invocation.Of(Arguments(folder, command));
            Assert.DoesNotContain("   at ", invocation.Error);
            if (!reads)
            {
                continue;
            }

            string line = Assert.Single(
                invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line
                    => line.StartsWith("lintf: ", StringComparison.Ordinal));
            Assert.Contains(file, line);
            if (line.StartsWith("lintf: left out: ", StringComparison.Ordinal))
            {
                // A figure shows the other run, a page all but what is damaged.
                int expected = command.StartsWith("report", StringComparison.Ordinal) ? 2 : 0;
                Assert.True(invocation.ExitCode == expected, $"{command}: {invocation.ExitCode}: {line}");
                continue;
            }

            Assert.True(invocation.ExitCode == 2, $"{command}: {invocation.ExitCode}: {line}");
            Assert.Empty(invocation.Out);
            Assert.Equal(command.StartsWith("train", StringComparison.Ordinal),
                line.StartsWith("lintf: --out: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_config_that_was_changed_is_refused_by_every_command_that_reads_the_run()
    {
        using TemporaryFolder folder = new();
        Train(folder["run"]);
        Train(folder["whole"], "--sd", "1");
        string config = File.ReadAllText(folder["run/config.json"]);
        File.WriteAllText(folder["run/config.json"], config.Replace("\"lr\": 0.02", "\"lr\": 0.03", StringComparison.Ordinal));
        foreach (string command in Commands.Where(command => !command.StartsWith("train", StringComparison.Ordinal))
            .Append("train {same} --lr 0.03 --out {run}"))
        {
            Invocation invocation = Invocation.Of(Arguments(folder, command));
            Assert.Equal(2, invocation.ExitCode);
            string line = Assert.Single(
                invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line
                    => line.StartsWith("lintf: ", StringComparison.Ordinal));
            Assert.Contains(
                $"{folder["run/state.safetensors"]} was made with other settings than config.json beside it says (lr is 0.02 here and "
                    + "0.03 there)",
                line);
        }

        Invocation listed = Invocation.Of("runs", "list", folder[""]);
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains(listed.Lines, line => line.StartsWith(folder["run"], StringComparison.Ordinal)
            && line.Contains(" damaged ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("adam-finished")]
    [InlineData("sgd-unfinished")]
    [InlineData("diverged")]
    [InlineData("imported")]
    public void Runs_that_an_earlier_version_wrote_can_be_shown_drawn_and_exported(string name)
    {
        using TemporaryFolder folder = new();
        string run = Path.Combine(AppContext.BaseDirectory, "Golden", "runs-1", name);
        string[] before = Directory.GetFiles(run);
        foreach (string command in (string[])[
            "runs show {0}", "runs list {0}", "plot matrices {0} --out {1}.svg", "report {0} --out {1}.html", "export {0} --out {1}.npz",
                "export {0} --out {1}.csv"])
        {
            Invocation invocation =
                Invocation.Of([.. command.Split(' ')
                    .Select(part => part.Replace("{0}", run, StringComparison.Ordinal)
                        .Replace("{1}", folder["out"], StringComparison.Ordinal))]);
            Assert.True(invocation.ExitCode == 0, $"{command}: {invocation.Error}");
        }

        Assert.Equal(before, Directory.GetFiles(run));
    }

    private static void Train(string run, params string[] options)
    {
        Invocation invocation = Invocation.Of(["train", .. Same, .. options, "--out", run]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    private static void Damage(string path, string damage, string other)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        switch (damage)
        {
            case "cut":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "other" when path.EndsWith("metrics.jsonl", StringComparison.Ordinal):
                File.WriteAllBytes(path, [.. bytes, .. bytes]);
                break;
            case "other":
                File.Copy(other, path);
                break;
        }
    }

    private static string[] Arguments(TemporaryFolder folder, string command)
        => [.. command.Split(' ').SelectMany(part => part == "{same}" ? Same : [part
            .Replace("{run}", folder["run"], StringComparison.Ordinal)
            .Replace("{whole}", folder["whole"], StringComparison.Ordinal)
            .Replace("{figure}", folder["figure.svg"], StringComparison.Ordinal)
            .Replace("{page}", folder["page.html"], StringComparison.Ordinal)
            .Replace("{npz}", folder["a.npz"], StringComparison.Ordinal)
            .Replace("{csv}", folder["a.csv"], StringComparison.Ordinal)])];
}
