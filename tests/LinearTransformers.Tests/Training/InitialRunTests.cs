using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Tests.Tables;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Runs that begin with the parameters of another one.</summary>
public class InitialRunTests
{
    internal static readonly TrainingSettings Small =
        new() { BatchSize = 30, Dimension = 3, Layers = 2, ContextLength = 5, MaxIterations = 9, HistoryStride = 4, LogEvery = 5 };

    public static TheoryData<string, string> ModelsAndStructures
        => [.. ((Type[])[typeof(Model), typeof(ParameterStructure)])
            .SelectMany(kind => PartCases.TextsOf(kind).Select(text => (kind.Name, text)))];

    /// <summary>The stream is where it would have been: parameters are drawn, and left.</summary>
    [Theory]
    [MemberData(nameof(ModelsAndStructures))]
    public void A_run_that_begins_with_its_own_first_parameters_is_the_same_run(string kind, string text)
    {
        foreach (StreamKind stream in Enum.GetValues<StreamKind>())
        {
            Compare<float>(PartCases.ShortRun(kind, text, stream));
            Compare<double>(PartCases.ShortRun(kind, text, stream) with { Precision = Precision.Double, DataSeed = 8 });
        }

        static void Compare<T>(TrainingSettings settings)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using TemporaryFolder folder = new();
            Train<T>(folder.File("plain"), settings);
            Train<T>(folder.File("same"), settings with { InitialRun = folder.File("plain") + "@0" });
            RunDirectory plain = RunDirectory.Load(folder.File("plain"));
            RunDirectory same = RunDirectory.Load(folder.File("same"));
            History<T> expected = plain.ReadHistory<T>();
            History<T> actual = same.ReadHistory<T>();
            Assert.Equal(expected.Iterations, actual.Iterations);
            Assert.All(expected.Iterations, t => Assert.Equal(expected.At(t).ToArray(), actual.At(t).ToArray()));
            Assert.Equal(plain.ReadLog(), same.ReadLog());
        }
    }

    [Theory]
    [InlineData(Precision.Single, Precision.Single)]
    [InlineData(Precision.Single, Precision.Double)]
    [InlineData(Precision.Double, Precision.Single)]
    [InlineData(Precision.Double, Precision.Double)]
    public void It_begins_with_the_last_parameters_or_those_of_an_iteration_in_its_own_precision(Precision source, Precision own)
    {
        using TemporaryFolder folder = new();
        double[] last = Trained(source, -1);
        double[] fourth = Trained(source, 4);
        AssertBegins(folder.File("source"), "@9", last);
        AssertBegins(folder.File("source") + "@4", "@4", fourth);

        void AssertBegins(string text, string end, double[] expected)
        {
            TrainingSettings settings = Small with { Optimizer = new Sgd(), LearningRate = 0.1, Precision = own, InitialRun = text };
            string path = folder.File("run" + end);
            if (own is Precision.Double)
            {
                Assert.Equal(expected, Train<double>(path, settings).At(0).ToArray());
            }
            else
            {
                Assert.Equal(expected.Select(value => (float)value), Train<float>(path, settings).At(0).ToArray());
            }

            TrainingSettings recorded = RunDirectory.Load(path).Settings;
            Assert.Equal(folder.File("source") + end, recorded.InitialRun);
            Assert.Matches("^[0-9a-f]{64}$", recorded.InitialHash);
        }

        double[] Trained(Precision precision, long iteration)
            => precision is Precision.Double
                ? Numbers(Train<double>(folder.File("source"), Small with { Precision = precision }), iteration)
                : Numbers(Train<float>(folder.File("source"), Small with { Precision = precision }), iteration);

        static double[] Numbers<T>(History<T> history, long iteration)
            where T : unmanaged, IFloatingPointIeee754<T>
            => [.. history.At(iteration < 0 ? history.Iterations[^1] : iteration).ToArray().Select(double.CreateTruncating)];
    }

    [Fact]
    public void Its_first_loss_is_that_of_the_parameters_on_the_batch_that_follows_drawn_ones()
    {
        using TemporaryFolder folder = new();
        History<float> source = Train<float>(folder.File("source"), Small);
        TrainingSettings settings = Small with { Seed = 7, InitialRun = folder.File("source"), BatchSize = 50, ContextLength = 9 };
        TrainingRun<float> run = new(settings);
        run.Run();
        TorchStream stream = new(7);
        settings.Initialize(stream);
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(stream);
        BatchLoss<float> loss = settings.NewLoss<float>();
        loss.Load(batch);
        Assert.Equal((float)loss.Evaluate(source.At(9)), run.Log[0].Loss);
        Assert.Equal(folder.File("source") + "@9", run.Settings.InitialRun);
    }

    [Fact]
    public void A_run_that_does_not_fit_is_refused_in_a_line_that_names_both()
    {
        using TemporaryFolder folder = new();
        string source = folder.File("source");
        Train<float>(source, Small);
        const string There = "linear-transformer, n-layer 2, n-head 1, d 3 (allparam [2, 1, 2, 3, 3])";
        Refused(
            Small with { Layers = 3 },
            $"a run of linear-transformer, n-layer 3, n-head 1, d 3 (allparam [3, 1, 2, 3, 3]), as this one, and is one of {There}");
        Refused(Small with { Heads = 2 }, "n-head 2, d 3 (allparam [2, 2, 2, 3, 3])");
        Refused(Small with { Dimension = 4 }, "n-head 1, d 4 (allparam [2, 1, 2, 4, 4])");
        Refused(Small with { Model = new LinearTransformerModel { Parameters = new FullStructure() } }, "(allparam [2, 1, 2, 4, 4])");
        Refused(Small with { Model = new LinearTransformerModel { IsTied = true } }, "(allparam [1, 1, 2, 3, 3])");
        Refused(Small with { Model = new NonlinearRegressionModel() }, "a run of nonlinear-regression, n-layer 2, ");

        // What a layer makes of its scores is no matter of parameters.
        Train<float>(folder.File("other"), Small with
        {
            Model = new LinearTransformerModel { Activation = new LinearTransformers.Activations.ReluAttention() },
            InitialRun = source,
        });

        void Refused(TrainingSettings settings, string message)
        {
            SettingException refused = Assert.Throws<SettingException>(
                () => RunDirectory.Open(folder.File("run"), settings with { InitialRun = source }));
            Assert.StartsWith($"init is {source}: it must be a run of ", refused.Message);
            Assert.Contains(message, refused.Message);
            Assert.False(Directory.Exists(folder.File("run")));
        }
    }

    [Fact]
    public void What_is_no_run_or_has_no_such_iteration_or_no_finite_parameters_is_refused()
    {
        using TemporaryFolder folder = new();
        string source = folder.File("source");
        Refused(source, "a run's folder, or one with @ and an iteration of its history behind it, as in runs/mine@100");
        RunDirectory.Open(source, Small).Dispose();
        Refused(source, "a run of which something is recorded: train it first");
        Train<float>(source, Small);
        Refused(source + "@5", $"{source} with an iteration of its history behind it: 0, 4, 8, 9");
        Refused(source + "@last", "a run's folder, or one with @");
        TrainingSettings far = Small with { Optimizer = new Sgd(), LearningRate = 1e39, ToClip = false };
        Train<float>(folder.File("far"), far);
        Refused(
            folder.File("far"), "a run and an iteration whose parameters are finite numbers of precision single, and those at 1 are not");

        // Finite in double precision, and beyond all numbers of single precision.
        Train<double>(folder.File("large"), far with { Precision = Precision.Double, LearningRate = 1e60, MaxIterations = 1 });
        Assert.Equal(RunStatus.Finished, RunDirectory.Load(folder.File("large")).Status);
        Refused(folder.File("large"), "a run and an iteration whose parameters are finite numbers of precision single, and those at 1 ");
        File.WriteAllText(Path.Combine(source, "history.safetensors"), "");
        Refused(source, "a run that can be read (");

        void Refused(string text, string requirement)
            => Assert.StartsWith(
                $"init is {text}: it must be {requirement}",
                Assert.Throws<SettingException>(() => RunDirectory.Open(folder.File("run"), Small with { InitialRun = text })).Message);
    }

    [Fact]
    public void A_folder_whose_name_has_the_sign_is_a_run_by_itself()
    {
        using TemporaryFolder folder = new();
        History<float> source = Train<float>(folder.File("source@4"), Small);
        Assert.Equal(
            source.At(9).ToArray(), new TrainingRun<float>(Small with { InitialRun = folder.File("source@4") }).Parameters.ToArray());
        Assert.Equal(
            source.At(4).ToArray(), new TrainingRun<float>(Small with { InitialRun = folder.File("source@4@4") }).Parameters.ToArray());
    }

    [Fact]
    public void Other_parameters_at_the_beginning_of_its_history_are_damage()
    {
        using TemporaryFolder folder = new();
        Train<float>(folder.File("source"), Small);
        Train<float>(folder.File("run"), Small with { InitialRun = folder.File("source") });
        string path = folder.File("run/history.safetensors");
        TensorFile history = TensorFile.Read(path);
        float[] changed = history.Get<float>("allparam").ToArray();
        changed[3] = MathF.BitIncrement(changed[3]);
        TensorFile.Write(
            path, [Tensor.Of("allparam", changed, [.. history["allparam"].Shape]), history["iteration"]], history.Metadata);
        Assert.Equal(
            $"{path}: the parameters at iteration 0 should be those of init and init-sha256 in config.json",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(folder.File("run")).ReadHistory<float>()).Message);
    }

    [Fact]
    public void The_settings_stand_in_a_configuration_only_where_there_are_any()
    {
        Assert.DoesNotContain("init", SettingsJson.Write(new TrainingSettings()));
        TrainingSettings settings = new() { InitialRun = "runs/a@4", InitialHash = "5f" };
        Assert.Equal(settings, SettingsJson.Read(SettingsJson.Write(settings)));
        Assert.Equal((null, null), Pair(SettingNames.Apply(settings, [("init", "none")])));
        Assert.Equal(("runs/b", null), Pair(SettingNames.Apply(settings, [("init", "runs/b")])));
        Assert.Equal(("runs/a@4", "5f"), Pair(SettingNames.Apply(settings, [("init", "runs/a@4")])));
        Assert.Equal(
            "init-sha256 is there: it must be left out without init, the run whose parameters it is of",
            Assert.Throws<SettingException>(() => SettingsJson.Read("{\"init-sha256\": \"5f\"}")).Message);

        // Of runs that differ in both the name is enough; where it is the same run, which has changed, the hash tells.
        Assert.Equal(
            ["init"], SettingDifference.Between(settings, new() { InitialRun = "runs/b@4", InitialHash = "60" }).Select(one => one.Name));
        Assert.Equal(["init-sha256"], SettingDifference.Between(settings, settings with { InitialHash = "60" }).Select(one => one.Name));

        static (string?, string?) Pair(TrainingSettings settings) => (settings.InitialRun, settings.InitialHash);
    }

    internal static History<T> Train<T>(string path, TrainingSettings settings, int until = int.MaxValue)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using CancellationTokenSource stop = new();
        if (until == 0)
        {
            stop.Cancel();
        }

        using RunDirectory directory = RunDirectory.Open(path, settings);
        return RecordedRun.Continue<T>(
            directory, onIteration: (done, _) => { if (done >= until) { stop.Cancel(); } }, stop: stop.Token).History;
    }
}
