using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>Loss, noise and condition numbers of several variants side by side: what drives the gap between the optimizers.</summary>
internal sealed class GapReport(
    string experiment, IReadOnlyList<GapRuns> variants, ResultFolder folder, ExperimentOptions options, IProgressReporter progress)
{
    private const int ConditionEvery = 250;
    private const int NoiseSeed = 1;

    /// <summary>SGDM's test loss over Adam's, by variant; after <see cref="Losses"/>.</summary>
    public double[] LossRatios { get; } = new double[variants.Count];

    /// <summary>Their standard errors over seeds; NaN of one seed.</summary>
    public double[] LossRatioErrors { get; } = new double[variants.Count];

    /// <summary>Hill's tail index of the noise; after <see cref="Noise"/>.</summary>
    public double[] TailIndices { get; } = new double[variants.Count];

    /// <summary>SGDM's condition number over Adam's, as published; after <see cref="ConditionNumbersAlong"/>.</summary>
    public double[] ConditionRatios { get; } = new double[variants.Count];

    /// <summary>The last variant of which no run diverged, or the first.</summary>
    public int LastStable => Math.Max(0, variants.TakeWhile(variant => variant.All.All(run => run.DivergedAt is null)).Count() - 1);

    /// <summary>Whether a quantity is larger for one variant than for another, as the paper claims.</summary>
    public ResultRow Claim(string quantity, double[] values, int larger, int smaller, bool isFullScale)
        => new(
            experiment,
            $"claim: {quantity} larger for {variants[larger].Variant.Title} than for {variants[smaller].Variant.Title}, times",
            null,
            null,
            values[larger] / values[smaller],
            "above 1",
            Judge.Of(values[larger] > values[smaller], isFullScale));

    /// <summary>Losses of both optimizers, and how many times Adam's SGDM's is; a panel of curves for each variant.</summary>
    /// <param name="least">Whether runs count by the least test loss on their way; if not, by the median of its last points.</param>
    /// <param name="stop">Stops between two runs.</param>
    public IReadOnlyList<ResultRow> Losses(bool least, CancellationToken stop)
    {
        string which = least ? "least" : "final";
        FinishedRun[] runs = [.. variants.SelectMany(variant => variant.All)];
        TestLosses testLosses = TestLosses.Of(options, runs.Select(run => run.Settings), progress, stop);
        string on = testLosses.On(runs[0].Settings);
        Score[][] scores = Scores(runs, testLosses);
        Dictionary<FinishedRun, double[]> curves = runs.Zip(scores.Select(ofRun => ofRun.Select(score => score.Losses[0]).ToArray()))
            .ToDictionary();
        Dictionary<FinishedRun, double> errors =
            runs.Zip(scores.Select(ofRun => Seeds.Median(ofRun.TakeLast(RateSearch.PointsAtTheEnd).Select(score => score.Error))))
                .ToDictionary();
        folder.Draw("loss", () => new PanelFigure("", variants.Select(variant => new LineFigure(
            variant.Variant.Title, new Axis("Iteration"), new Axis("Test loss", AxisScale.Logarithmic),
                OptimizationSetting.Optimizers.Select(algorithm => Series(variant, algorithm)))))
        {
            Columns = Math.Min(variants.Count, 4),
            Note = $"Test loss on "
                + $"{on}."
                + (runs.Length > 2 * variants.Count
                    ? " Band: the mean ± a quarter of the standard deviation over seeds, as published." : ""),
        });
        return [.. variants.SelectMany(Rows)];

        Series Series(GapRuns variant, Optimizer algorithm)
        {
            double[][] group = [.. variant.Of(algorithm).Select(run => curves[run])];
            Seeds seeds = Seeds.OfUnequal(group);
            return SeedCurve.Of(
                OptimizationSetting.Label(algorithm),
                [.. Enumerable.Range(0, seeds.Mean.Length).Select(i => i * RateSearch.MeasureEvery)],
                seeds,
                partOfDeviation: 0.25,
                OptimizerColors.Of(algorithm));
        }

        IEnumerable<ResultRow> Rows(GapRuns variant)
        {
            double[] final = new double[2];
            double[][] logarithms = new double[2][];
            foreach (Optimizer algorithm in OptimizationSetting.Optimizers)
            {
                double[] losses = [.. variant.Of(algorithm)
                    .Select(run => least ? curves[run].Min() : Seeds.Median(curves[run].TakeLast(RateSearch.PointsAtTheEnd)))];

                // Least losses are spread over orders of magnitude where runs diverge early: their mean is the geometric one.
                Seeds seeds = Seeds.Of([.. losses.Select(loss => (double[])[least ? Math.Log(loss) : loss])]);
                double mean = least ? Math.Exp(seeds.Mean[0]) : seeds.Mean[0];
                string spread = least ? $"×÷ {Number(Math.Exp(seeds.Deviation[0]), "G3")}" : $"± {Number(seeds.Deviation[0], "G2")}";
                final[algorithm is Sgd ? 0 : 1] = mean;
                logarithms[algorithm is Sgd ? 0 : 1] = [.. losses.Select(loss => Math.Log(loss))];
                yield return Row(
                    $"{variant.Variant.Title}, {OptimizationSetting.Label(algorithm)}, learning rate "
                        + $"{Number(variant.Of(algorithm)[0].Settings.LearningRate)}: {which} test loss on {on}, mean of "
                            + $"{losses.Length} "
                                + $"({spread}{Error(variant.Of(algorithm).Average(run => errors[run]))})"
                                + Divergence(variant.Of(algorithm)),
                    null,
                    mean);
            }

            double ratio = final[0] / final[1];
            int index = variants.TakeWhile(other => other != variant).Count();
            LossRatios[index] = ratio;

            // Both optimizers' runs of a seed are scored on the same prompts: what these do to a loss goes out of the ratio.
            double[] paired = [.. logarithms[0].Zip(logarithms[1], (sgd, adam) => sgd - adam)];
            LossRatioErrors[index] =
                paired.Length < 2 ? double.NaN : ratio * Seeds.OfValues(paired).Deviation[0] / Math.Sqrt(paired.Length);
            yield return Row($"{variant.Variant.Title}: SGDM's {which} test loss over Adam's", null, ratio);
        }
    }

    /// <summary>The gradient noise at the initial model of seed 1: tails, and a figure of all variants.</summary>
    public IReadOnlyList<ResultRow> Noise(int samples, CancellationToken stop)
    {
        IRunProgress[] drawing = [.. variants.Select(variant => progress.Start($"noise {variant.Variant.Name}", samples, cost: 5000))];
        using WorkerTeam team = new(options.Threads);
        NoiseSample[] noise = [.. variants.Select((variant, i) => Initial(variant.Variant.Settings, drawing[i]))];
        for (int i = 0; i < noise.Length; i++)
        {
            TailIndices[i] = NoiseSample.Hill(noise[i].Norms).Value;
        }

        folder.Draw("noise", () => new LineFigure(
            "",
            new Axis("Gradient error, its mean 1"),
            new Axis("Share of samples above", AxisScale.Logarithmic),
            noise.SelectMany((sample, i) => (Series[])[
                Above(variants[i].Variant.Title, sample.Norms, LineStyle.Solid, Palette.At(i)),
                Above("", sample.GaussianNorms, LineStyle.Dotted, Palette.At(i)),
            ])));
        return [.. noise.SelectMany((sample, i) => (ResultRow[])[
            Row($"{variants[i].Variant.Title}: excess kurtosis of the noise's norm (± "
                + $"{Number(sample.Tails.ExcessKurtosis.Error, "G2")}) against that of Gaussian noise",
                    sample.GaussianTails.ExcessKurtosis.Value, sample.Tails.ExcessKurtosis.Value),
            Row($"{variants[i].Variant.Title}: Hill's tail index (± {Number(NoiseSample.Hill(sample.Norms).Error, "G2")}) against that "
                + "of Gaussian noise", NoiseSample.Hill(sample.GaussianNorms).Value, NoiseSample.Hill(sample.Norms).Value),
        ])];

        NoiseSample Initial(TrainingSettings settings, IRunProgress report)
        {
            TorchStream stream = new(NoiseSeed);
            float[] parameters = settings.Initialize(stream);
            return NoiseSample.Draw(settings, parameters, stream, samples, team, report, stop);
        }

        static Series Above(string name, double[] norms, LineStyle style, FigureColor color)
        {
            double mean = norms.Average();
            double[] sorted = [.. norms.Order().Select(norm => norm / mean)];
            return new Series(name, sorted, sorted.Select((_, i) => (sorted.Length - i - 0.5) / sorted.Length))
            {
                Color = color,
                LineStyle = style
            };
        }
    }

    /// <summary>Condition numbers along the runs, and SGDM's over Adam's.</summary>
    public IReadOnlyList<ResultRow> ConditionNumbersAlong(CancellationToken stop)
    {
        FinishedRun[] runs = [.. variants.SelectMany(variant => variant.All)];
        IRunProgress measuring = progress.Start("condition numbers", runs.Length, cost: 4e6);
        Dictionary<GapVariant, PromptBatch> tests = Tests();
        Dictionary<FinishedRun, ConditionNumbers[]> curves = runs.Zip(SideBySide.Measure(runs, options.Threads, measuring, Curve, stop))
            .ToDictionary();
        folder.Draw("condition-number", () => new PanelFigure("", variants.Select(variant => new LineFigure(
            variant.Variant.Title, new Axis("Iteration"), new Axis("Robust condition number", AxisScale.Logarithmic),
                OptimizationSetting.Optimizers.Select(algorithm => Series(variant, algorithm)))))
        {
            Columns = Math.Min(variants.Count, 4),
        });
        ResultRow[] rows = [.. variants.SelectMany(variant => (ResultRow[])[
            Ratio(variant, "diagonal, as published", point => point.Published),
            Ratio(variant, "diagonal, live coordinates", point => point.Live),
            Ratio(variant, "eigenvalues", point => point.Spectral),
        ])];
        for (int i = 0; i < variants.Count; i++)
        {
            ConditionRatios[i] = rows[rows.Length / variants.Count * i].Ours;
        }

        return rows;

        ConditionNumbers[] Curve(FinishedRun run)
            => ConditionNumbers.Along(
                run, OptimizationRuns.Every(ConditionEvery, run), tests[variants.First(variant => variant.All.Contains(run)).Variant],
                    stop);

        Series Series(GapRuns variant, Optimizer algorithm)
        {
            Seeds seeds = Seeds.OfUnequal([.. variant.Of(algorithm).Select(run => curves[run].Select(point => point.Published).ToArray())]);
            return SeedCurve.Of(
                OptimizationSetting.Label(algorithm),
                [.. Enumerable.Range(0, seeds.Mean.Length).Select(i => i * ConditionEvery)],
                seeds,
                partOfDeviation: 0.5,
                OptimizerColors.Of(algorithm));
        }

        ResultRow Ratio(GapRuns variant, string kind, Func<ConditionNumbers, double> value)
        {
            Seeds ratio = Seeds.OfUnequal(
                [.. variant.Sgd.Zip(variant.Adam, (sgd, adam) => curves[sgd].Zip(curves[adam], (s, a) => value(s) / value(a)).ToArray())]);
            return Row($"{variant.Variant.Title}: condition numbers, SGDM/Adam, median over the run of the mean over seeds ({kind})", null,
                Seeds.Median(ratio.Mean));
        }
    }

    /// <summary>Run by run, in one go.</summary>
    private static Score[][] Scores(IReadOnlyList<FinishedRun> runs, TestLosses losses)
    {
        int[][] iterations = [.. runs.Select(run => OptimizationRuns.Every(RateSearch.MeasureEvery, run))];
        Score[] scores = losses.Of([.. runs.SelectMany((run, i) => iterations[i].Select(t => (Snapshot[])[new(run, t)]))]);
        int begin = 0;
        return [.. iterations.Select(ofRun => scores[begin..(begin += ofRun.Length)])];
    }

    private static string Error(double overPrompts) => double.IsNaN(overPrompts) ? "" : $"; ± {Number(overPrompts, "G2")} over prompts";

    private static string Divergence(IReadOnlyList<FinishedRun> runs)
    {
        double[] ends = [.. runs.Where(run => run.DivergedAt is not null).Select(run => (double)run.DivergedAt!.Value)];
        return ends.Length == 0 ? "" : $"; {ends.Length} diverge, at {Number(Seeds.Median(ends), "0")} in the median";
    }

    private Dictionary<GapVariant, PromptBatch> Tests()
        => variants.ToDictionary(variant => variant.Variant, variant => FreshPrompts.Draw(variant.Variant.Settings));

    private ResultRow Row(string quantity, double? exact, double ours) => new(experiment, quantity, null, exact, ours, null, Verdict.None);

    private static string Number(double value, string format = "G")
        => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
