using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// Parts that are written outside the libraries, of what these show to everybody. Those that stand in catalogs of their own leave the
/// libraries' alone, which all tests share.
/// </summary>
public class OwnPartsTests
{
    [Fact]
    public void A_baseline_of_one_s_own_is_scored_as_those_of_the_library_are()
    {
        Catalog<Baseline> catalog = new Catalog<Baseline>("baseline").Add<Ridge>();
        Baseline own = catalog["own-ridge"] as Ridge ?? throw new InvalidOperationException();
        PromptBatch batch = new(new PromptSettings { BatchSize = 300, ContextLength = 6, Dimension = 1 });
        batch.Draw(new TorchStream(1));
        GramStatistics<double> statistics = new(300, 1);
        statistics.Compute(batch);
        QueryErrors expected = new RidgeRegression { Penalty = 0.2 }.Evaluate(statistics, steps: 1)[0];
        QueryErrors actual = own.Evaluate(statistics, steps: 1)[0];
        Assert.Equal(expected.Loss, actual.Loss, 1e-13);
        Assert.Equal(expected.StandardError, actual.StandardError, 1e-13);
    }

    [Fact]
    public void A_measurement_of_one_s_own_is_drawn_along_runs_without_being_in_the_catalog()
    {
        using TemporaryFolder folder = new();
        for (int seed = 0; seed < 2; seed++)
        {
            string run = folder[$"runs/{seed}"];
            Assert.Equal(0, Invocation.Of("train", "--B", "20", "--max-iters", "40", "--sd", $"{seed}", "--out", run).ExitCode);
        }

        Plot plot = PlotCatalog.Draw(new LargestParameter { Power = 2 }, [folder["runs"]], new PlotOptions { Every = 20 });
        Assert.StartsWith("Largest parameter. Band: the mean ± its standard error over seeds.", plot.Caption);
        Assert.Equal(["0", "20", "40"], plot.Table.Rows.Select(row => row[0]));
        History<float>[] histories =
            [.. Enumerable.Range(0, 2).Select(seed => RunDirectory.Load(folder[$"runs/{seed}"]).ReadHistory<float>())];
        foreach (IReadOnlyList<string> row in plot.Table.Rows)
        {
            double expected = histories.Average(history => history.At(long.Parse(row[0])).ToArray().Max(entry => (double)entry * entry));
            Assert.Equal(expected, double.Parse(row[2]), 1e-12);
        }

        Assert.DoesNotContain("largest-parameter", PlotCatalog.All.Select(figure => figure.Name));
        Assert.Contains("did you mean", Assert.Throws<SettingException>(() => Parts.Parse<Measurement>("figure", "gradient-nrm")).Message);
    }

    /// <summary>Ridge regression in one dimension.</summary>
    [Part("own-ridge", "ridge regression of one dimension")]
    private sealed record Ridge : PromptBaseline
    {
        [Setting(Position = 1, Value = "penalty", AtLeast = 0)]
        public double Penalty { get; init; } = 0.2;

        public override bool TakesSteps => false;

        protected override void Solve(in ContextStatistics prompt, Span<double> weights)
            => weights[0] = prompt.Cross[0] / (prompt.Gram[0] + Penalty);
    }

    [Part("largest-parameter", "a power of the largest parameter in size")]
    private sealed record LargestParameter : Measurement
    {
        [Setting(Position = 1, Value = "power", Above = 0)]
        public double Power { get; init; } = 1;

        public override bool IsOnTestBatch => false;

        public override double Measure(MeasuredModel model) => Math.Pow(model.Parameters.Max(Math.Abs), Power);
    }
}
