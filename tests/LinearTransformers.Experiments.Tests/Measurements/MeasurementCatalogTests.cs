using System.Numerics;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Measurements;

/// <summary>Every measurement of the catalog against differences of losses, in either precision; and one that is written outside.</summary>
public class MeasurementCatalogTests
{
    private const int Iterations = 30;

    private static readonly TrainingSettings Settings = new()
    {
        BatchSize = 50,
        ContextLength = 8,
        Dimension = 3,
        Layers = 2,
        MaxIterations = Iterations,
        Optimizer = new Sgd(),
        LearningRate = 0.1,
        Precision = Precision.Double,
        Covariance = new RotatedCovariance(),
        InitialDeviation = 0.3,
    };

    public static TheoryData<string> Names
        =>
        [
            .. Measurement.Catalog.Entries.Where(entry => entry.Default.GetType().Assembly == typeof(Measurement).Assembly)
                .Select(entry => entry.Name),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_measurement_is_what_differences_of_losses_say(string name)
    {
        Measurement measurement = Measurement.Catalog[name];
        TrainingRun<double> run = Train<double>(Settings);
        PromptBatch batch = TestBatch(run);
        BatchLoss<double> loss = Settings.NewLoss<double>();
        loss.Load(batch);
        MeasuredModel model = MeasuredModel.Of(Settings, run.History, batch);
        foreach (int t in (int[])[0, 7, Iterations - 1])
        {
            double[] here = run.History.At(t).ToArray();
            double[] next = run.History.At(t + 1).ToArray();
            double expected = Expected(name, loss, here, next);
            Assert.Equal(expected, measurement.Measure(model.At(t)), 1e-4 * Math.Abs(expected));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Single_precision_is_near_double_precision(string name)
    {
        Measurement measurement = Measurement.Catalog[name];
        TrainingRun<double> run = Train<double>(Settings);
        History<float> narrowed = new(run.History.Layout, run.History.Covariance);
        for (int i = 0; i < run.History.Count; i++)
        {
            narrowed.Add(run.History.Iterations[i], [.. run.History[i].ToArray().Select(value => (float)value)]);
        }

        double expected = measurement.Measure(MeasuredModel.Of(Settings, run.History, TestBatch(run)).At(10));
        double actual = measurement.Measure(MeasuredModel.Of(Settings, narrowed, TestBatch(run)).At(10));
        Assert.Equal(expected, actual, 2e-3 * Math.Abs(expected));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_model_can_be_measured(string name)
    {
        Measurement measurement = Measurement.Catalog[name];
        foreach (TrainingSettings settings in (TrainingSettings[])
        [
            Settings with
            {
                Precision = Precision.Single,
                Model = new NonlinearRegressionModel { Hidden = 4 },
                Covariance = new IdentityCovariance(),
            },
            Settings with { Precision = Precision.Single, Heads = 2 },
        ])
        {
            TrainingRun<float> run = Train<float>(settings);
            double value = measurement.Measure(MeasuredModel.Of(settings, run.History, TestBatch(run)).At(5));
            Assert.True(double.IsFinite(value) && (measurement.CanBeNegative || value > 0), $"{name} is {value}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_needs_the_next_iterate_says_so(string name)
    {
        Measurement measurement = Measurement.Catalog[name];
        TrainingRun<double> run = Train<double>(Settings);
        MeasuredModel last = MeasuredModel.Of(Settings, run.History, TestBatch(run)).At(Iterations);
        Assert.Null(last.Step);
        Assert.Equal(measurement.NeedsNext, double.IsNaN(measurement.Measure(last)));
        Assert.Null(measurement.Refusal(Settings));
        Assert.Equal(measurement.NeedsNext, measurement.Refusal(Settings with { HistoryStride = 5 }) is not null);
        Assert.Equal(name == "condition-number", measurement.Refusal(Settings with { Layers = 1 }) is not null);
    }

    [Fact]
    public void A_model_gives_all_that_a_measurement_may_ask()
    {
        TrainingRun<float> run = Train<float>(Settings with { Precision = Precision.Single });
        MeasuredModel model = MeasuredModel.Of(Settings, run.History, TestBatch(run)).At(3);
        Assert.Equal(3, model.Iteration);
        Assert.Equal(run.History.Covariance, model.Covariance);
        Assert.Equal(Settings.BatchSize, model.TestBatch.Settings.BatchSize);
        Assert.Equal(run.History.At(3).ToArray().Select(value => (double)value), model.Parameters);
        double[] step = [.. model.Step!];
        double[] image = model.HessianTimes(step);
        double along = model.CurvatureAlong(step);
        Assert.Equal(along, step.Zip(image, (a, b) => a * b).Sum() / step.Sum(a => a * a), 1e-4 * Math.Abs(along));
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => model.HessianTimes([1, 2]));
        Assert.Contains("a direction of 2 entries does not fit 36 parameters", wrong.Message);
    }

    [Fact]
    public void One_written_outside_the_library_is_a_measurement_like_the_others()
    {
        // A catalog of its own: that of the library is shared with other tests.
        Measurement own = new Catalog<Measurement>("measurement").Add<LargestParameter>()["largest-parameter"];
        Assert.Equal("largest parameter", own.Quantity);
        TrainingRun<double> run = Train<double>(Settings);
        MeasuredModel model = MeasuredModel.Of(Settings, run.History, TestBatch(run)).At(4);
        Assert.Equal(run.History.At(4).ToArray().Max(Math.Abs), own.Measure(model));
    }

    [Fact]
    public void Every_measurement_is_among_the_figures_once()
    {
        string[] names = [.. PlotCatalog.All.Select(figure => figure.Name)];
        Assert.Equal(names.Distinct(), names);
        Assert.All(Names, name => Assert.Contains(name.Data, names));
        Assert.Equal("loss", names[0]);
    }

    private static double Expected(string name, BatchLoss<double> loss, double[] here, double[] next)
    {
        double[] step = [.. next.Zip(here, (n, h) => n - h)];
        return name switch
        {
            "batch-loss" => loss.Evaluate(here),
            "gradient-norm" => Length(Gradient(loss, here)),
            "condition-number" => ConditionNumber.Published(
                [.. Enumerable.Range(0, here.Length).Select(i => Second(loss, here, Axis(here.Length, i)))]),
            "sharpness" => PowerIteration(loss, here, 1),
            "hessian-norm" => Math.Max(PowerIteration(loss, here, 1), PowerIteration(loss, here, -1)),
            "step-curvature" => Second(loss, here, [.. step.Select(entry => entry / Length(step))]),

            // P of the last layer, which stands before its Q, does not matter.
            "parameter-norm" => Length([.. here.Where((_, i) => i / 9 != 2)]),
            _ => throw new ArgumentException($"{name} has no formula here"),
        };
    }

    private static double[] Gradient(BatchLoss<double> loss, double[] here)
    {
        const double H = 1e-5;
        return [.. Enumerable.Range(0, here.Length).Select(i =>
            (loss.Evaluate(Moved(here, Axis(here.Length, i), H)) - loss.Evaluate(Moved(here, Axis(here.Length, i), -H))) / (2 * H))];
    }

    /// <summary>The second difference along a direction of length 1.</summary>
    private static double Second(BatchLoss<double> loss, double[] here, double[] direction)
    {
        const double H = 1e-3;
        return (loss.Evaluate(Moved(here, direction, H)) - (2 * loss.Evaluate(here)) + loss.Evaluate(Moved(here, direction, -H))) / (H * H);
    }

    /// <summary>
    /// The largest eigenvalue of ±H + c I less c, with c large enough that it is the largest in size, by differences of gradients.
    /// </summary>
    private static double PowerIteration(BatchLoss<double> loss, double[] here, int sign)
    {
        const double H = 1e-5;
        double[] plus = new double[here.Length];
        double[] minus = new double[here.Length];
        double[] v = [.. here.Select((_, i) => 1.0 + i)];
        double shift = 0;
        for (int k = 0; k < 4000; k++)
        {
            double length = Length(v);
            v = [.. v.Select(entry => entry / length)];
            loss.Evaluate(Moved(here, v, H), plus);
            loss.Evaluate(Moved(here, v, -H), minus);
            double[] image = [.. plus.Zip(minus, (p, m) => sign * (p - m) / (2 * H))];
            shift = k == 0 ? 3 * Length(image) : shift;
            v = [.. image.Zip(v, (i, entry) => i + (shift * entry))];
        }

        return Length(v) - shift;
    }

    private static double[] Axis(int count, int i) => [.. Enumerable.Range(0, count).Select(j => j == i ? 1.0 : 0)];

    private static double[] Moved(double[] here, double[] direction, double by) => [.. here.Zip(direction, (h, d) => h + (by * d))];

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(entry => entry * entry));

    private static TrainingRun<T> Train<T>(TrainingSettings settings)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TrainingRun<T> run = new(settings);
        run.Run();
        return run;
    }

    private static PromptBatch TestBatch<T>(TrainingRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        PromptBatch batch = new(run.Settings.Prompts(run.History.Covariance));
        batch.Draw(new TorchStream(99));
        return batch;
    }

    [Part("largest-parameter", "the largest parameter in size")]
    private sealed record LargestParameter : Measurement
    {
        public override double Measure(MeasuredModel model) => model.Parameters.Max(Math.Abs);
    }
}
