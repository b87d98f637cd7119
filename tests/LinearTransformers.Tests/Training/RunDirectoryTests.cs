using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

public class RunDirectoryTests
{
    private static readonly TrainingSettings Small = new() { BatchSize = 20, MaxIterations = 9, HistoryStride = 2 };

    [Fact]
    public void A_folder_with_something_else_in_it_is_refused_and_left_alone()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("thesis.tex"), "x");
        RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.Path, Small));
        Assert.Contains("is not empty and holds no run", exception.Message);
        Assert.Equal([folder.File("thesis.tex")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_of_a_run_with_other_settings_is_refused_with_the_difference()
    {
        using TemporaryFolder folder = new();
        RunDirectory.Open(folder.File("run"), Small).Dispose();
        RunDirectoryException exception =
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("run"), Small with { LearningRate = 0.5 }));
        Assert.Contains("lr is 0.02 there and 0.5 here", exception.Message);
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "x");
        Assert.Contains("must be a folder",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("file"), Small)).Message);
    }

    [Fact]
    public void A_finished_run_is_not_repeated()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        DateTime written = File.GetLastWriteTimeUtc(folder.File("run/history.safetensors"));
        RunDirectory directory = RunDirectory.Open(folder.File("run"), Small);
        Assert.Equal(RunStatus.Finished, directory.Status);
        List<LogLine> replayed = [];
        TrainingRun<float> run = RecordedRun.Continue<float>(directory, onLog: replayed.Add);
        Assert.Equal(9, run.Iteration);
        Assert.Equal([0, 1, 2, 3, 4, 8], replayed.Select(line => line.Iteration));
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder.File("run/history.safetensors")));
    }

    [Fact]
    public void A_history_has_the_published_shape_and_names()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        TensorFile file = TensorFile.Read(folder.File("run/history.safetensors"));
        Assert.Equal([6, 3, 1, 2, 5, 5], file["allparam"].Shape);
        Assert.Equal([0L, 2, 4, 6, 8, 9], file.Get<long>("iteration").ToArray());
    }

    [Theory]
    [InlineData("state.safetensors")]
    [InlineData("history.safetensors")]
    [InlineData("metrics.jsonl")]
    [InlineData("config.json")]
    public void A_truncated_file_is_refused_by_name_and_nothing_is_changed(string name)
    {
        using TemporaryFolder folder = new();
        Train(folder);
        byte[] bytes = File.ReadAllBytes(folder.File("run/" + name));
        File.WriteAllBytes(folder.File("run/" + name), bytes[..(bytes.Length / 2)]);
        Dictionary<string, byte[]> before = Contents(folder);
        RunDirectoryException exception =
            Assert.Throws<RunDirectoryException>(() => RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), Small)));
        Assert.Contains(name, exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(before, Contents(folder));
    }

    [Fact]
    public void A_state_of_another_shape_is_refused()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        TrainingSettings other = Small with { Dimension = 4 };
        RecordedRun.Continue<float>(RunDirectory.Open(folder.File("other"), other));
        File.Copy(folder.File("other/state.safetensors"), folder.File("run/state.safetensors"), overwrite: true);
        Assert.Contains("state.safetensors",
            Assert.Throws<RunDirectoryException>(() => RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), Small))).Message);
    }

    [Fact]
    public void A_run_has_one_writer_at_a_time_and_any_number_of_readers()
    {
        using TemporaryFolder folder = new();
        using (RunDirectory first = RunDirectory.Open(folder.File("run"), Small))
        {
            RunDirectoryException exception = Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("run"), Small));
            Assert.Contains($"is being written by process {Environment.ProcessId} on {Environment.MachineName}: it must be",
                exception.Message);
            Assert.Equal(RunWriter.Current, RunDirectory.Load(folder.File("run")).Writer);
            RecordedRun.Continue<float>(first, stop: new CancellationToken(canceled: true));
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("run"), Small));
        }

        Assert.Null(RunDirectory.Load(folder.File("run")).Writer);
        using RunDirectory second = RunDirectory.Open(folder.File("run"), Small);
        Assert.Equal(RunStatus.Finished, RecordedRun.Continue<float>(second).Status);
    }

    [Fact]
    public void A_finished_run_leaves_nothing_of_its_lock_and_needs_none()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        Assert.Equal(
            ["config.json", "environment.json", "history.safetensors", "metrics.jsonl", "state.safetensors"],
            Directory.GetFiles(folder.File("run")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using RunDirectory one = RunDirectory.Open(folder.File("run"), Small);
        using RunDirectory two = RunDirectory.Open(folder.File("run"), Small);
        Assert.Equal(9, two.Iteration);
        Assert.Equal(one.LastLoss, RecordedRun.Continue<float>(two).LastLoss);
        Assert.Throws<InvalidOperationException>(() => one.Save(new TrainingRun<float>(Small), 0));
    }

    [Fact]
    public void What_a_killed_writer_left_neither_blocks_nor_stays()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("run"));
        File.WriteAllText(folder.File("run/writer.lock"), "");
        File.WriteAllText(folder.File("run/writer.json"), "{\"process\":1,\"host\":\"elsewhere\"}");
        File.WriteAllText(folder.File("run/config.json.tmp-abc"), "{");
        File.WriteAllText(folder.File("run/history.safetensors.tmp-abc"), "half");
        Train(folder);
        Assert.Equal(5, Directory.GetFiles(folder.File("run")).Length);
    }

    [Fact]
    public void What_a_writer_left_that_was_killed_just_before_its_end_is_cleared_by_who_opens_the_run()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        string[] whole = Directory.GetFiles(folder.File("run"));
        using (RunDirectory.Open(folder.File("other"), Small))
        {
            // The lock and the note are gone with the writer's end: a killed one leaves them beside the state that says finished.
            File.WriteAllBytes(folder.File("run/writer.lock"), []);
            File.Copy(folder.File("other/writer.json"), folder.File("run/writer.json"));
        }

        File.WriteAllText(folder.File("run/writer.json.tmp-0123456789a"), "{");
        File.WriteAllText(folder.File("run/state.safetensors.tmp-0123456789a"), "half");
        Assert.Equal(whole.Length + 4, Directory.GetFiles(folder.File("run")).Length);

        // Who only reads writes nothing.
        Assert.Null(RunDirectory.Load(folder.File("run")).Writer);
        Assert.Equal(whole.Length + 4, Directory.GetFiles(folder.File("run")).Length);
        using RunDirectory opened = RunDirectory.Open(folder.File("run"), Small);
        Assert.Equal(RunStatus.Finished, opened.Status);
        Assert.Equal(whole.Order(), Directory.GetFiles(folder.File("run")).Order());
    }

    [Fact]
    public void What_a_live_writer_holds_stays_also_beside_a_finished_run()
    {
        using TemporaryFolder folder = new();
        Train(folder);
        using RunDirectory other = RunDirectory.Open(folder.File("other"), Small with { MaxIterations = 99 });

        // The state is there and the lock not given back yet: as it is at the very end of a run.
        File.Copy(folder.File("run/state.safetensors"), folder.File("other/state.safetensors"));
        File.Copy(folder.File("run/config.json"), folder.File("other/config.json"), overwrite: true);
        File.WriteAllText(folder.File("other/state.safetensors.tmp-0123456789a"), "at work");
        string[] before = Directory.GetFiles(folder.File("other"));
        Assert.Contains(folder.File("other/writer.lock"), before);
        using RunDirectory second = RunDirectory.Open(folder.File("other"), Small);
        Assert.Equal(RunStatus.Finished, second.Status);
        Assert.Equal(before.Order(), Directory.GetFiles(folder.File("other")).Order());
        Assert.Equal(RunWriter.Current, second.Writer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_that_is_deleted_on_the_way_is_not_written_to_again(bool isMadeAnew)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes no folder with an open file in it.");
        using TemporaryFolder folder = new();
        using RunDirectory directory = RunDirectory.Open(folder.File("run"), Small);
        RunWriteException exception =
            Assert.Throws<RunWriteException>(
                () => RecordedRun.Continue<float>(directory, saveEvery: TimeSpan.Zero, onIteration: (done, _) =>
        {
            if (done == 5)
            {
                Directory.Delete(folder.File("run"), recursive: true);
                if (isMadeAnew)
                {
                    Directory.CreateDirectory(folder.File("run"));
                }
            }
        }));
        Assert.Equal(
            $"{folder.File("run")} was deleted or replaced while the run was being made: nothing more of it is written; give the same "
                + "command again to make it anew", exception.Message);
        Assert.Equal(isMadeAnew, Directory.Exists(folder.File("run")));
        Assert.Empty(isMadeAnew ? Directory.GetFileSystemEntries(folder.File("run")) : []);
    }

    [Fact]
    public void A_folder_that_another_writer_has_begun_anew_is_left_to_him()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes no folder with an open file in it.");
        using TemporaryFolder folder = new();
        RunDirectory first = RunDirectory.Open(folder.File("run"), Small);
        Directory.Delete(folder.File("run"), recursive: true);
        using RunDirectory second = RunDirectory.Open(folder.File("run"), Small);
        Assert.Throws<RunWriteException>(() => RecordedRun.Continue<float>(first));
        string[] files = Directory.GetFiles(folder.File("run"));
        first.Dispose();

        // Nothing of the second's is cleared: neither its lock nor its note.
        Assert.Equal(files.Order(), Directory.GetFiles(folder.File("run")).Order());
        Assert.Equal([folder.File("run/config.json"), folder.File("run/writer.json"), folder.File("run/writer.lock")],
            files.Order(StringComparer.Ordinal));
        Assert.Equal(RunStatus.Finished, RecordedRun.Continue<float>(second).Status);
    }

    [Fact]
    public void A_folder_below_a_file_cannot_be_made_and_one_that_is_a_file_is_the_wrong_one()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "x");
        Assert.Contains("must be a folder that can be created and written",
            Assert.Throws<RunWriteException>(() => RunDirectory.Open(folder.File("file/run"), Small)).Message);
        Assert.Contains("is a file: it must be a folder",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("file"), Small)).Message);
    }

    private static void Train(TemporaryFolder folder)
        => RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), Small));

    private static Dictionary<string, byte[]> Contents(TemporaryFolder folder)
        => Directory.GetFiles(folder.File("run")).ToDictionary(path => path, File.ReadAllBytes);
}
