using System.Numerics;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Run folders of version 1, made before files named a version, and of versions that are not known.</summary>
public class FormatVersionTests
{
    private static readonly TrainingSettings Small = new() { BatchSize = 20, MaxIterations = 9, HistoryStride = 2 };

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    public void A_run_of_version_1_is_read_and_gone_on_from_with_the_same_bits(string name)
    {
        using TemporaryFolder folder = new();
        GoldenRun.Copy($"{name}-unfinished", folder.File("run"));
        GoldenRun.Copy($"{name}-finished", folder.File("whole"));
        RunDirectory whole = RunDirectory.Load(folder.File("whole"));
        Assert.Equal((RunStatus.Finished, 40), (whole.Status, whole.Iteration));
        Assert.InRange(RunDirectory.Load(folder.File("run")).Iteration, 1, 39);
        using RunDirectory directory = RunDirectory.Open(folder.File("run"), whole.Settings);
        if (whole.Settings.Precision is Precision.Double)
        {
            AssertGoesOn<double>(whole, directory);
        }
        else
        {
            AssertGoesOn<float>(whole, directory);
        }

        // What is written is of the present version; config.json stays as it was.
        TensorFile state = TensorFile.Read(folder.File("run/state.safetensors"));
        Assert.Equal("3", state.Metadata["version"]);
        Assert.Equal(whole.Settings, SettingsJson.Read(state.Metadata["settings"]));
        Assert.Equal(File.ReadAllBytes(folder.File("whole/config.json")), File.ReadAllBytes(folder.File("run/config.json")));
        Assert.Equal(RunStatus.Finished, RunDirectory.Load(folder.File("run")).Status);

        static void AssertGoesOn<T>(RunDirectory whole, RunDirectory directory)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            Assert.Equal(40, RecordedRun.Continue<T>(directory).Iteration);
            History<T> expected = whole.ReadHistory<T>();
            History<T> actual = directory.ReadHistory<T>();
            Assert.Equal(expected.Iterations, actual.Iterations);
            Assert.Equal(expected.Covariance, actual.Covariance);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal(expected[i].ToArray(), actual[i].ToArray());
            }


            // Since version 2 the log ends with the last iteration.
            IReadOnlyList<LogLine> log = directory.ReadLog();
            Assert.Equal(39, log[^1].Iteration);
            Assert.Equal(whole.ReadLog(), log.SkipLast(1));
        }
    }

    [Fact]
    public void Diverged_and_imported_runs_of_version_1_are_read()
    {
        using TemporaryFolder folder = new();
        GoldenRun.Copy("diverged", folder.File("diverged"));
        GoldenRun.Copy("imported", folder.File("imported"));
        RunDirectory diverged = RunDirectory.Load(folder.File("diverged"));
        Assert.Equal((RunStatus.Diverged, 5), (diverged.Status, diverged.Iteration));
        Assert.Equal(5, diverged.ReadLog()[^1].Iteration);
        Assert.Equal([0L, 5], diverged.ReadHistory<float>().Iterations);
        Assert.Equal(RunStatus.Diverged, RecordedRun.Continue<float>(RunDirectory.Open(folder.File("diverged"), diverged.Settings)).Status);
        RunDirectory imported = RunDirectory.Load(folder.File("imported"));
        Assert.Equal("train_hist_list.pth", imported.ImportedFrom);
        Assert.Equal(4, imported.ReadHistory<float>().Count);
        Assert.Empty(imported.ReadLog());
    }

    [Fact]
    public void Config_history_and_state_name_their_version()
    {
        using TemporaryFolder folder = new();
        RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), Small));
        Assert.StartsWith("{\n  \"version\": 3,\n  \"model\"", File.ReadAllText(folder.File("run/config.json")).ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        foreach (string name in (string[])["history", "state"])
        {
            TensorFile file = TensorFile.Read(folder.File($"run/{name}.safetensors"));
            Assert.Equal("3", file.Metadata["version"]);
            Assert.Equal(Small, SettingsJson.Read(file.Metadata["settings"]));
        }
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("state.safetensors")]
    [InlineData("history.safetensors")]
    public void A_newer_version_is_refused_in_a_line_that_names_the_file(string name)
    {
        using TemporaryFolder folder = new();
        RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), Small));
        string path = folder.File("run/" + name);
        if (name == "config.json")
        {
            // What a newer version has besides is no misspelt setting.
            File.WriteAllText(path, "{ \"head-size\": 3, \"version\": 4 }");
        }
        else
        {
            TensorFile file = TensorFile.Read(path);
            TensorFile.Write(path, file.Tensors, new Dictionary<string, string>(file.Metadata) { ["version"] = "4" });
        }

        string message = Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(folder.File("run")).ReadHistory<float>()).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(", and this program reads versions up to 3: take a newer program", message);
    }

    [Fact]
    public void Settings_written_by_hand_need_no_version()
    {
        TrainingSettings expected = new() { LearningRate = 0.5, Layers = 2 };
        foreach (string version in (string[])["", "\"version\": 1, ", "\"version\": 2, ", "\"version\": 3, "])
        {
            Assert.Equal(expected, SettingsJson.Read($"{{ {version}\"lr\": 0.5, \"n-layer\": 2 }}"));
        }

        Assert.DoesNotContain("version", SettingsJson.Write(expected));
        foreach (string version in (string[])["0", "-1", "1.5", "\"2\"", "null", "99999999999", "[2]"])
        {
            Assert.Equal(
                "line 2: version must be a whole number from 1 to 3, or left out",
                Assert.Throws<FormatException>(() => SettingsJson.Read($"{{\n\"version\": {version} }}")).Message);
        }

        Assert.Contains("version is there twice",
            Assert.Throws<FormatException>(() => SettingsJson.Read("{ \"version\": 1, \"version\": 1 }")).Message);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void A_config_that_was_changed_after_the_run_was_made_is_refused_with_what_differs(int iterations)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("run");
        using (RunDirectory directory = RunDirectory.Open(path, Small))
        {
            using CancellationTokenSource stop = new();
            RecordedRun.Continue<float>(
                directory, onIteration: (done, _) => { if (done == iterations) { stop.Cancel(); } }, stop: stop.Token);
        }

        string config = File.ReadAllText(folder.File("run/config.json"));
        TrainingSettings other = Small with { LearningRate = 0.5 };
        File.WriteAllText(folder.File("run/config.json"), config.Replace("\"lr\": 0.02", "\"lr\": 0.5", StringComparison.Ordinal));
        string expected =
            $"{folder.File("run/state.safetensors")} was made with other settings than config.json beside it says (lr is 0.02 here and "
                + "0.5 there): put config.json back as it was, or choose another folder";
        Assert.Equal(expected, Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(path)).Message);
        Assert.Equal(expected, Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(path, other)).Message);
        Assert.Contains("lr is 0.5 there and 0.02 here",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(path, Small)).Message);

        // Put back, it goes on.
        File.WriteAllText(folder.File("run/config.json"), config);
        using RunDirectory again = RunDirectory.Open(path, Small);
        Assert.Equal(9, RecordedRun.Continue<float>(again).Iteration);
    }

    [Fact]
    public void A_history_of_another_run_is_refused_even_where_it_fits()
    {
        using TemporaryFolder folder = new();
        RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), Small));
        RecordedRun.Continue<float>(RunDirectory.Open(folder.File("other"), Small with { Seed = 3 }));
        File.Copy(folder.File("other/history.safetensors"), folder.File("run/history.safetensors"), overwrite: true);
        string message = Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(folder.File("run")).ReadHistory<float>()).Message;
        Assert.Contains("history.safetensors was made with other settings than config.json beside it says (sd is 3 here and 0 there)",
            message);
    }
}
