namespace LinearTransformers.Cli.Tests;

/// <summary>
/// The rule of <see cref="Hosting.ExitCode"/>, over all commands that write: what the system refuses is a failure, what is wrong as asked
/// for is wrong usage.
/// </summary>
public class OutputPlaceTests
{
    /// <summary>{run} and {pth} are there to be read, {place} is where to write.</summary>
    private static readonly string[] Commands =
    [
        "train --B 16 --d 2 --n-layer 1 --max-iters 5 --out {place}/run",
        "reproduce simple --max-iters 2 --seeds 0 --no-figures --out {place}/runs",
        "import {pth} --B 50 --out {place}/imported",
        "import {numbers} --out {place}/numbers",
        "export {run} --out {place}/a.npz",
        "export {run} --out {place}/a.csv",
        "export {run} --format tensorboard --out {place}/events",
        "watch {run} --once --html {place}/page.html",
        "watch {run} --html {place}/page.html",
        "plot matrices {run} --out {place}/figure",
        "plot matrices {run} --out {place}/figure.pdf",
        "plot matrices {run} --out {fine}/figure.svg --data {place}/figure.csv",
        "runs compare {run} {other} --every 8 --out {place}/compare.svg",
        "runs compare {run} {other} --every 8 --out {fine}/compare.svg --data {place}/compare.csv",
        "report {run} --out {place}/page.html",
        "config copy simple {place}/mine.json",
    ];

    [Fact]
    public void A_path_below_a_file_is_a_failure_of_every_command()
    {
        using TemporaryFolder folder = new();
        Prepare(folder);
        File.WriteAllText(folder["file"], "x");
        AssertAllFail(folder, folder["file"]);
        Assert.Equal("x", File.ReadAllText(folder["file"]));
    }

    [Fact]
    public void A_disk_that_is_read_only_is_a_failure_of_every_command()
    {
        using TemporaryFolder folder = new();
        Prepare(folder);
        using SmallDisk disk = new(folder["disk"], 64 * 1024);
        disk.MakeReadOnly();
        AssertAllFail(folder, folder["disk"]);
    }

    [Fact]
    public void A_full_disk_is_a_failure_of_every_command()
    {
        using TemporaryFolder folder = new();
        Prepare(folder);
        using SmallDisk disk = new(folder["disk"], 64 * 1024);
        disk.Fill();
        AssertAllFail(folder, folder["disk"]);

        // Nothing half-written looks whole.
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder["disk"], "*", SearchOption.AllDirectories), file
                => Path.GetFileName(file) is not ("taken" or "writer.lock"));
    }

    [Fact]
    public void A_name_that_is_too_long_is_a_failure_and_one_that_is_just_not_is_none()
    {
        using TemporaryFolder folder = new();
        Prepare(folder);
        AssertFails(folder, $"export {{run}} --out {folder[""]}/{new string('a', 252)}.npz");
        foreach (string name in (string[])[new string('a', 251) + ".npz", new string('σ', 125) + ".csv"])
        {
            Invocation invocation = Invocation.Of("export", folder["runs/a"], "--out", folder[name]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            Assert.True(File.Exists(folder[name]));
        }
    }

    [Theory]
    [InlineData("train --out {file}", "--out: {file} is a file: it must be a folder")]
    [InlineData("import {pth} --out {file}", "--out is {file}, a file: it must be a folder")]
    [InlineData("export {run} --out {folder} --format npz", "--out is {folder}, a folder: it must be a file")]
    [InlineData("export {run} --out {folder}/new/ --format npz", "--out is {folder}/new/, a folder: it must be a file")]
    [InlineData("report {run} --out {folder}", "--out is {folder}, a folder: it must be a file")]
    [InlineData("plot matrices {run} --out {folder}/", "--out is {folder}/, a folder: it must be a file")]
    [InlineData("plot matrices {run} --data {folder}", "--data is {folder}, a folder: it must be a file")]
    [InlineData("runs compare {run} {other} --data {folder}", "--data is {folder}, a folder: it must be a file")]
    [InlineData("watch {run} --html {folder}", "--html is {folder}, a folder: it must be a file")]
    [InlineData("export {run} --format tensorboard --out {file}", "--out is {file}, a file: it must be a folder")]
    [InlineData("config copy simple {folder}", "{folder} is there already: it must be a new file")]
    [InlineData("train --out {other}", "--out: {other} holds a run of other settings (")]
    public void What_is_wrong_as_it_was_asked_for_is_wrong_usage(string command, string message)
    {
        using TemporaryFolder folder = new();
        Prepare(folder);
        File.WriteAllText(folder["file"], "x");
        Invocation invocation = Invocation.Of(Arguments(folder, command, ""));
        Assert.Equal(2, invocation.ExitCode);
        Assert.StartsWith("lintf: " + Arguments(folder, message.Replace(' ', '\n'), "", '\n').Aggregate((a, b) => a + " " + b),
            Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(invocation.Out);
    }

    /// <summary>Of a device that is not there: one that is would be lost if this failed.</summary>
    [Theory]
    [InlineData("report {run} --out /dev/lintf-nothing", "--out")]
    [InlineData("plot matrices {run} --data /dev/lintf-nothing", "--data")]
    [InlineData("plot matrices {run} --out /dev/lintf-nothing.png", "--out")]
    [InlineData("export {run} --format csv --out /dev/../dev/lintf-nothing", "--out")]
    [InlineData("eval {run} --csv /dev/lintf-nothing", "--csv")]
    [InlineData("watch {run} --html /dev/lintf-nothing", "--html")]
    public void A_device_is_no_file_that_can_be_replaced(string command, string option)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such devices.");
        using TemporaryFolder folder = new();
        Prepare(folder);
        Invocation invocation = Invocation.Of(Arguments(folder, command, ""));
        Assert.Equal(2, invocation.ExitCode);
        Assert.StartsWith($"lintf: {option} is /dev/", invocation.Error, StringComparison.Ordinal);
        Assert.EndsWith(", a device: it must be a file\n", invocation.Error, StringComparison.Ordinal);
        Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Prepare(TemporaryFolder folder)
    {
        foreach ((string name, string seed) in ((string, string)[])[("a", "0"), ("b", "1")])
        {
            Invocation trained =
                Invocation.Of("train", "--B", "16", "--d", "2", "--n-layer", "1", "--max-iters", "17", "--sd", seed, "--out",
                    folder["runs/" + name]);
            Assert.True(trained.ExitCode == 0, trained.Error);
        }

        Directory.CreateDirectory(folder["fine"]);
    }

    private static void AssertAllFail(TemporaryFolder folder, string place)
        => Assert.All(Commands, command => AssertFails(folder, command, place));

    private static void AssertFails(TemporaryFolder folder, string command, string place = "")
    {
        Invocation invocation = Invocation.Of(Arguments(folder, command, place));
        string error = string.Join('\n', invocation.Error.Split('\n').Where(line => line.StartsWith("lintf: ", StringComparison.Ordinal)));
        Assert.True(invocation.ExitCode == 1, $"{command}: {invocation.ExitCode}: {invocation.Error}");
        Assert.DoesNotContain(".tmp-", error);
        Assert.DoesNotContain("   at ", invocation.Error);
        Assert.Single(error.Split('\n'));
        Assert.Contains(place, error);
        Assert.Empty(invocation.Out);
    }

    private static string[] Arguments(TemporaryFolder folder, string command, string place, char separator = ' ')
        => [.. command.Split(separator).Select(part => part
            .Replace("{run}", folder["runs/a"], StringComparison.Ordinal)
            .Replace("{other}", folder["runs/b"], StringComparison.Ordinal)
            .Replace("{fine}", folder["fine"], StringComparison.Ordinal)
            .Replace("{folder}", folder["fine"], StringComparison.Ordinal)
            .Replace("{file}", folder["file"], StringComparison.Ordinal)
            .Replace("{pth}", Path.Combine(AppContext.BaseDirectory, "Golden", "pth", "train_hist_list.pth"), StringComparison.Ordinal)
            .Replace("{numbers}", Path.Combine(AppContext.BaseDirectory, "Golden", "pth", "noise_list.pth"), StringComparison.Ordinal)
            .Replace("{place}", place, StringComparison.Ordinal))];
}
