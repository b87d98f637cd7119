using LinearTransformers.Optimizers;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;
using static LinearTransformers.Tests.Training.InitialRunTests;

namespace LinearTransformers.Tests.Training;

/// <summary>Runs that begin with the parameters of another one, when they are taken up and asked for again.</summary>
public class InitialRunAgainTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void It_goes_on_without_the_other_run_once_it_has_begun(int until)
    {
        using TemporaryFolder folder = new();
        Train<float>(folder.File("source"), Small);
        TrainingSettings settings = Small with { Optimizer = new Lion(), LearningRate = 1e-3, InitialRun = folder.File("source") };
        Train<float>(folder.File("whole"), settings);
        Train<float>(folder.File("run"), settings, until);
        Directory.Delete(folder.File("source"), recursive: true);
        Train<float>(folder.File("run"), settings);
        RunBytes.AssertEqual(folder.File("whole"), folder.File("run"));

        // It is also one that goes on for more, and one that others begin with.
        TrainingSettings longer = settings with { MaxIterations = 12 };
        Train<float>(folder.File("run"), longer);
        Assert.Equal(12, RunDirectory.Load(folder.File("run")).Iteration);
        Train<float>(folder.File("next"), Small with { InitialRun = folder.File("run") });
        Assert.Contains("init is ", Assert.Throws<SettingException>(() => Train<float>(folder.File("new"), settings)).Message);
        Assert.False(Directory.Exists(folder.File("new")));
    }

    /// <summary>As if it had been killed before anything was saved.</summary>
    [Fact]
    public void One_that_was_opened_and_not_begun_needs_the_other_run()
    {
        using TemporaryFolder folder = new();
        Train<float>(folder.File("source"), Small);
        TrainingSettings settings = Small with { InitialRun = folder.File("source") };
        Train<float>(folder.File("whole"), settings);
        RunDirectory.Open(folder.File("run"), settings).Dispose();
        Directory.Move(folder.File("source"), folder.File("moved"));
        Assert.StartsWith(
            $"init is {folder.File("source")}@9: it must be a run's folder",
            Assert.Throws<SettingException>(() => Train<float>(folder.File("run"), settings)).Message);
        Train<float>(folder.File("run"), settings with { InitialRun = folder.File("moved") });
        RunBytes.AssertEqual(folder.File("whole"), folder.File("run"));
    }

    [Fact]
    public void The_same_command_again_is_the_same_run_as_long_as_the_parameters_are_the_same()
    {
        using TemporaryFolder folder = new();
        string source = folder.File("source");
        Train<float>(source, Small);
        TrainingSettings settings = Small with { Optimizer = new Sgd(), InitialRun = source };
        Train<float>(folder.File("run"), settings);
        Dictionary<string, byte[]> before = RunBytes.Of(folder.File("run"));

        // With the iteration named, from a copy, and after the other run went on.
        Open(source);
        Open(source + "@9");
        foreach (string file in Directory.GetFiles(source))
        {
            Directory.CreateDirectory(folder.File("copy"));
            File.Copy(file, Path.Combine(folder.File("copy"), Path.GetFileName(file)));
        }

        Open(folder.File("copy"));
        Train<float>(folder.File("copy"), Small with { MaxIterations = 12, HistoryStride = 4 });
        Assert.Contains("(init is ", Refusal<RunDirectoryException>(folder.File("copy")));
        Assert.Contains($"(init is {source}@9 there and {source}@4 here)", Refusal<RunDirectoryException>(source + "@4"));

        // Made anew with another seed, it is no longer the run that this one began with.
        Directory.Delete(source, recursive: true);
        Train<float>(source, Small with { Seed = 5 });
        string changed = $"it must be as it was when the run in {folder.File("run")} began with it, and has other parameters by now: with "
            + $"--config {folder.File("run")} in place of --init that run goes on all the same";
        Assert.Equal($"init is {source}: {changed}", Refusal<SettingException>(source));
        Assert.Equal($"init is {source}@9: {changed}", Refusal<SettingException>(source + "@9"));
        RunDirectory.Open(folder.File("run"), RunDirectory.Load(folder.File("run")).Settings).Dispose();
        Assert.Equal(before, RunBytes.Of(folder.File("run")));

        void Open(string text)
        {
            using RunDirectory directory = RunDirectory.Open(folder.File("run"), settings with { InitialRun = text });
            Assert.Equal((RunStatus.Finished, $"{source}@9"), (directory.Status, directory.Settings.InitialRun));
        }

        string Refusal<TException>(string text)
            where TException : Exception
            => Assert.Throws<TException>(() => RunDirectory.Open(folder.File("run"), settings with { InitialRun = text })).Message;
    }

    [Fact]
    public void The_last_parameters_of_a_run_that_went_on_are_those_that_were_the_last_when_this_one_began()
    {
        using TemporaryFolder folder = new();
        TrainingSettings source = Small with { MaxIterations = 8 };
        Train<float>(folder.File("source"), source);
        TrainingSettings settings = Small with { Optimizer = new Sgd(), InitialRun = folder.File("source") };
        Train<float>(folder.File("run"), settings);
        Train<float>(folder.File("source"), source with { MaxIterations = 16 });
        using RunDirectory directory = RunDirectory.Open(folder.File("run"), settings);
        Assert.Equal((RunStatus.Finished, folder.File("source") + "@8"), (directory.Status, directory.Settings.InitialRun));
    }
}
