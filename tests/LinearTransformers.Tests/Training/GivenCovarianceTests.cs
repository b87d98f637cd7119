using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>A covariance that is given by hand determines a run as its settings do, and is among them.</summary>
public class GivenCovarianceTests
{
    private static readonly Covariance Given = new([0.6f, -0.8f, 0.8f, 0.6f], [1.1f, 0.3f]);

    private static readonly TrainingSettings Small =
        new() { Dimension = 2, BatchSize = 20, MaxIterations = 9, ContextLength = 6, ResampleEvery = 4, HistoryStride = 2 };

    [Theory]
    [InlineData("identity")]
    [InlineData("rotated")]
    public void A_run_with_one_is_stored_whole_and_goes_on_with_the_same_bits(string kind)
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = Small with { Covariance = CovarianceLaw.Catalog[kind] };
        TrainingRun<float> whole = new(settings, covariance: Given);
        whole.Run();
        Assert.Equal(settings with { GivenCovariance = Given }, whole.Settings);
        Assert.NotEqual(whole.Parameters.ToArray(), Finished(new(settings)));

        using (RunDirectory directory = RunDirectory.Open(folder.File("run"), whole.Settings))
        {
            using CancellationTokenSource stop = new();
            RecordedRun.Continue<float>(directory, onIteration: (done, _) => { if (done == 5) { stop.Cancel(); } }, stop: stop.Token);
            Assert.Equal(5, directory.Iteration);
        }

        // The folder says all: nobody who takes the run up has to know of the covariance.
        TrainingSettings stored = RunDirectory.Load(folder.File("run")).Settings;
        Assert.Equal(Given, stored.GivenCovariance);
        using RunDirectory again = RunDirectory.Open(folder.File("run"), stored);
        Assert.Equal(whole.Parameters.ToArray(), RecordedRun.Continue<float>(again).Parameters.ToArray());
        Assert.Equal(Given, again.ReadHistory<float>().Covariance);
    }

    [Fact]
    public void A_run_with_another_or_none_is_refused_in_a_line()
    {
        using TemporaryFolder folder = new();
        RunDirectory.Open(folder.File("run"), Small with { GivenCovariance = Given }).Dispose();
        Covariance other = new([0.6f, -0.8f, 0.8f, 0.6f], [1.1f, 0.4f]);
        Assert.Contains(
            """given-covariance is {"U":[0.6,-0.8,0.8,0.6],"D":[1.1,0.3]} there and {"U":[0.6,-0.8,0.8,0.6],"D":[1.1,0.4]} here""",
            Refusal(Small with { GivenCovariance = other }));
        Assert.Contains(
            """given-covariance is {"U":[0.6,-0.8,0.8,0.6],"D":[1.1,0.3]} there and null here""", Refusal(Small));

        string Refusal(TrainingSettings settings)
            => Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("run"), settings)).Message;
    }

    [Fact]
    public void A_folder_takes_no_run_that_it_does_not_describe()
    {
        using TemporaryFolder folder = new();
        using RunDirectory directory = RunDirectory.Open(folder.File("run"), Small);
        Assert.Contains("open for a run of other settings (given-covariance is null there",
            Assert.Throws<ArgumentException>(() => directory.Save(new TrainingRun<float>(Small, covariance: Given), 0)).Message);
        Assert.Contains("(sd is 0 there and 1 here)",
            Assert.Throws<ArgumentException>(() => directory.Save(new TrainingRun<float>(Small with { Seed = 1 }), 0)).Message);

        // The number type is the settings' precision: a run of another could be saved, but not taken up.
        Assert.Contains("a run of precision single has parameters of type Single, not Double",
            Assert.Throws<ArgumentException>(() => directory.Save(new TrainingRun<double>(Small), 0)).Message);
        Assert.Throws<ArgumentException>(() => RecordedRun.Continue<double>(directory));
        Assert.False(directory.HasState);
    }

    [Fact]
    public void It_is_written_as_numbers_that_round_trip_and_left_out_where_there_is_none()
    {
        TrainingSettings settings = Small with { GivenCovariance = Given };
        Assert.Equal(settings, SettingsJson.Read(SettingsJson.Write(settings)));
        Assert.DoesNotContain("given-covariance", SettingsJson.Write(Small));
        Assert.Equal(Small, SettingsJson.Read(
            SettingsJson.Write(Small).Replace("\"d\": 2,", "\"d\": 2, \"given-covariance\": null,", StringComparison.Ordinal)));
        Assert.Equal(["given-covariance"], SettingDifference.Between(Small, settings).Select(one => one.Name));
        Assert.Equal(settings.GetHashCode(), SettingsJson.Read(SettingsJson.Write(settings)).GetHashCode());
    }

    [Theory]
    [InlineData("""{ "d": 2, "given-covariance": { "U": [1, 0, 0, 1] } }""")]
    [InlineData("""{ "d": 2, "given-covariance": { "U": [1, 0, 0, 1], "D": [1, 0] } }""")]
    [InlineData("""{ "d": 2, "given-covariance": { "U": [1, 0, 0], "D": [1, 1] } }""")]
    [InlineData("""{ "d": 2, "given-covariance": { "U": [1, 0, 0, 1], "D": [1, "1"] } }""")]
    [InlineData("""{ "d": 2, "given-covariance": { "U": [1, 0, 0, 1e99], "D": [1, 1] } }""")]
    [InlineData("""{ "d": 2, "given-covariance": { "U": [1, 0, 0, 1], "D": [1, 1], "E": 1 } }""")]
    [InlineData("""{ "d": 2, "given-covariance": [1, 0, 0, 1] }""")]
    [InlineData("""{ "d": 2, "given-covariance": "rotated" }""")]
    public void What_is_none_is_refused(string json)
    {
        string message = Assert.Throws<FormatException>(() => SettingsJson.Read(json)).Message;
        Assert.StartsWith("line 1: given-covariance is ", message, StringComparison.Ordinal);
        Assert.EndsWith(
            ": it must be an object of U, an array of d × d numbers row by row, and D, an array of d positive numbers, or null", message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_does_not_go_with_the_other_settings_is_refused()
    {
        TrainingSettings settings = Small with { GivenCovariance = Given };
        Assert.Equal("given-covariance is one of dimension 2: it must be of d = 3, or left out", Refusal(settings with { Dimension = 3 }));
        Assert.Contains("it must be left out with network labels", Refusal(settings with { Mode = PromptMode.Relu, ResampleEvery = null }));
        Assert.Contains("it must be left out with features labels",
            Refusal(settings with { Model = new NonlinearRegressionModel(), ResampleEvery = null }));
        Assert.Contains("given-covariance",
            Assert.Throws<SettingException>(
                () => new TrainingRun<float>(settings, covariance: new Covariance([1, 0, 0, 1], [1, 1]))).Message);
        Assert.Equal(settings,
            new TrainingRun<float>(settings, covariance: new Covariance([0.6f, -0.8f, 0.8f, 0.6f], [1.1f, 0.3f])).Settings);

        static string Refusal(TrainingSettings settings) => Assert.Throws<SettingException>(settings.Validate).Message;
    }

    private static float[] Finished(TrainingRun<float> run)
    {
        run.Run();
        return run.Parameters.ToArray();
    }
}
