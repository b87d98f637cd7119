using System.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Runs of a program with parts that are in no catalog here.</summary>
public class AbsentPartTests
{
    private static readonly TrainingSettings Settings = new()
    {
        Covariates = new OwnCovariates { Scale = 2 },
        Tasks = new OwnTasks(),
        Labels = new OwnLabels { Power = 3 },
        Covariance = new OwnCovariance(),
        Optimizer = new OwnOptimizer { Share = 0.5 },
        Schedule = new OwnSchedule(),
        BatchSize = 20,
        MaxIterations = 3,
    };

    [Fact]
    public void Such_a_run_can_be_read_and_names_the_parts_with_their_settings()
    {
        using TemporaryFolder folder = new();
        History<float> made = Train(folder.File("run"), Settings);
        RunDirectory run = RunDirectory.Load(folder.File("run"));
        Assert.Equal(RunStatus.Finished, run.Status);
        Assert.Equal(3, run.Iteration);
        Assert.Equal(made[^1].ToArray(), run.ReadHistory<float>()[^1].ToArray());
        Assert.Equal([0, 1, 2], run.ReadLog().Select(line => line.Iteration));
        Dictionary<string, string> texts = SettingNames.Texts(run.Settings).ToDictionary(pair => pair.Name, pair => pair.Text);
        Assert.Equal("own, own-scale 2, own-name \"a\"", texts["covariates"]);
        Assert.Equal("own:3", texts["labels"]);
        Assert.Equal("own, own-share 0.5", texts["alg"]);
        Assert.All(["tasks", "covariance", "schedule"], name => Assert.Equal("own", texts[name]));
        Assert.Equal("20", texts["B"]);
    }

    [Fact]
    public void Runs_that_differ_in_a_setting_of_such_a_part_differ()
    {
        using TemporaryFolder folder = new();
        _ = Train(folder.File("two"), Settings);
        _ = Train(folder.File("three"), Settings with { Covariates = new OwnCovariates { Scale = 3 } });
        SettingDifference different = Assert.Single(SettingDifference.Between(
            RunDirectory.Load(folder.File("two")).Settings, RunDirectory.Load(folder.File("three")).Settings));
        Assert.Equal("covariates", different.Name);
        Assert.Equal(["own, own-scale 2, own-name \"a\"", "own, own-scale 3, own-name \"a\""], different.Values);
    }

    [Fact]
    public void What_needs_the_part_says_which_is_missing()
    {
        using TemporaryFolder folder = new();
        _ = Train(folder.File("run"), Settings);
        TrainingSettings read = RunDirectory.Load(folder.File("run")).Settings;
        Missing("label rule own:3", () => _ = new PromptBatch(read.Prompts(null)));
        PromptSettings linear = read.Prompts(null) with { Labels = new LinearLabels() };
        Missing("covariate law own, own-scale 2", () => Draw(linear with { Tasks = new NormalTasks() }));
        Missing("task law own", () => Draw(linear with { Covariates = new NormalCovariates() }));
        Missing("covariance own", () => read.Covariance.Draw(new TorchStream(0), 5));
        Missing("optimizer own, own-share 0.5", () => read.Optimizer.Create<float>(3));
        Missing("schedule own", () => read.StepSize(0));
        Missing("", () => _ = new TrainingRun<float>(read));

        static void Draw(PromptSettings prompts) => new PromptBatch(prompts).Draw(new TorchStream(0));

        static void Missing(string part, Action use)
            => Assert.StartsWith("this program has no " + part, Assert.Throws<AbsentPartException>(use).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_and_a_file_of_settings_take_only_parts_that_are_there()
    {
        SettingException refused = Assert.Throws<SettingException>(
            () => SettingNames.Apply(new TrainingSettings(), [("covariates", "own")]));
        Assert.StartsWith("covariates is own: it must be normal, ", refused.Message, StringComparison.Ordinal);
        FormatException read = Assert.Throws<FormatException>(() => SettingsJson.Read("{\"covariates\": \"own\"}"));
        Assert.StartsWith("line 1: covariates is own: it must be normal, ", read.Message, StringComparison.Ordinal);
    }

    /// <summary>Without a model's structure nobody knows what its parameters are.</summary>
    [Fact]
    public void A_run_of_an_unknown_model_is_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("run"));
        File.WriteAllText(folder.File("run/config.json"), "{\"model\": \"own\"}");
        RunDirectoryException refused = Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(folder.File("run")));
        Assert.Contains("model is own: it must be linear-transformer or nonlinear-regression", refused.Message);
    }

    private static History<float> Train(string path, TrainingSettings settings)
    {
        using RunDirectory directory = RunDirectory.Open(path, settings);
        return RecordedRun.Continue<float>(directory).History;
    }

    [Part("own", "normal, times a number")]
    private sealed record OwnCovariates : CovariateLaw
    {
        [Setting("own-scale", Above = 0)]
        public double Scale { get; init; } = 1;

        [Setting("own-name")]
        public string Name { get; init; } = "a";

        public override bool IsShaped => true;

        public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
        {
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] *= (float)Scale;
            }
        }
    }

    [Part("own", "normal")]
    private sealed record OwnTasks : TaskLaw;

    [Part("own", "a power of wᵀx")]
    private sealed record OwnLabels : LabelRule
    {
        [Setting(Position = 1)]
        public double Power { get; init; } = 1;

        public override float Label(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
            => MathF.Pow(new LinearLabels().Label(x, w), (float)Power);
    }

    [Part("own", "rotated")]
    private sealed record OwnCovariance : CovarianceLaw
    {
        public override Covariance Draw(IStream stream, int dimension) => Covariance.Rotated(stream, dimension);
    }

    [Part("own", "gradient descent by a share of the rate")]
    private sealed record OwnOptimizer : Optimizer
    {
        [Setting("own-share", Above = 0)]
        public double Share { get; init; } = 1;

        public override IOptimizer<T> Create<T>(int count) => new Descent<T>(Share);

        private sealed class Descent<T>(double share) : GradientOptimizer<T>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
            {
                for (int i = 0; i < gradient.Length; i++)
                {
                    parameters[i] -= T.CreateTruncating(share * stepSize) * gradient[i];
                }
            }
        }
    }

    [Part("own", "half the rate")]
    private sealed record OwnSchedule : Schedule
    {
        public override double StepSize(double rate, int iteration, int iterations) => rate / 2;
    }
}
