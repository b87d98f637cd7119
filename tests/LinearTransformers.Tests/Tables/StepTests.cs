using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>
/// Schedule, warm-up, clipping, weight decay and optimizer together, in a run and in a loop that is written out: the formulas of the
/// papers, in double precision.
/// </summary>
public class StepTests
{
    private const double Rate = 0.04;
    private const double Decay = 0.1;
    private const int WarmUp = 3;
    private const int Iterations = 15;

    /// <summary>The direction that each optimizer subtracts η times of, and the state that it keeps for it.</summary>
    private static readonly Dictionary<string, Func<double[], State, double[]>> Directions = new()
    {
        ["sgd"] = (g, s) =>
        {
            s.First = Mix(0.9, s.First, 1, g);
            return s.First;
        },
        ["adam"] = (g, s) =>
        {
            s.First = Mix(0.9, s.First, 0.1, g);
            s.Second = Mix(0.9, s.Second, 0.1, [.. g.Select(x => x * x)]);
            double correction = 1 - Math.Pow(0.9, s.Step);
            return [.. s.First.Zip(s.Second, (m, v) => m / correction / (Math.Sqrt(v / correction) + 1e-8))];
        },
        ["lion"] = (g, s) =>
        {
            double[] direction = [.. Mix(0.9, s.First, 0.1, g).Select(x => (double)Math.Sign(x))];
            s.First = Mix(0.99, s.First, 0.01, g);
            return direction;
        },
        ["sign"] = (g, _) => [.. g.Select(x => (double)Math.Sign(x))],
        ["normalized"] = (g, _) => [.. g.Select(x => x / Math.Sqrt(g.Sum(y => y * y)))],
    };

    public static TheoryData<string> Optimizers => PartCases.Of<Optimizer>();

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_run_takes_the_steps_of_the_formulas(string text)
    {
        Optimizer optimizer = PartCases.Part<Optimizer>(text);
        TrainingSettings settings = PartCases.ShortRun() with
        {
            Optimizer = optimizer,
            Schedule = new CosineRate { Final = 0.2 },
            LearningRate = Rate,
            WarmUp = WarmUp,
            WeightDecay = Decay,
            ClipThreshold = 0.5,
            BatchSize = 40,
            MaxIterations = Iterations,
            Precision = Precision.Double,
        };
        if (optimizer.StepsAreItsOwn)
        {
            // Nothing else may move its parameters.
            Assert.Throws<Settings.SettingException>(settings.Validate);
            return;
        }

        TrainingRun<double> run = new(settings);
        Assert.Equal(RunStatus.Finished, run.Run());
        TorchStream stream = new((ulong)settings.Seed);
        double[] theta = [.. settings.Initialize(stream).Select(x => (double)x)];
        PromptBatch batch = new(settings.Prompts(null));
        BatchLoss<double> loss = settings.NewLoss<double>();
        State state = new(theta.Length);
        int clipped = 0;
        for (int t = 0; t < Iterations; t++)
        {
            batch.Draw(stream);
            loss.Load(batch);
            double[] gradient = new double[theta.Length];
            loss.Evaluate(theta, gradient);
            double length = Math.Sqrt(gradient.Sum(x => x * x));
            clipped += length > 0.5 ? 1 : 0;
            gradient = [.. gradient.Select(x => x * Math.Min(1, 0.5 / length))];
            double rate = Rate * (0.2 + (0.8 * (1 + Math.Cos(Math.PI * t / Iterations)) / 2)) * Math.Min(1, (t + 1.0) / WarmUp);
            state.Step = t + 1;
            double[] direction = Directions[text](gradient, state);
            theta = [.. theta.Zip(direction, (x, v) => ((1 - (rate * Decay)) * x) - (rate * v))];
        }

        Assert.InRange(clipped, 1, Iterations);
        Assert.All(theta.Zip(run.Parameters.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static double[] Mix(double a, double[] x, double b, double[] y) => [.. x.Zip(y, (u, v) => (a * u) + (b * v))];

    private sealed class State(int count)
    {
        public int Step { get; set; }

        public double[] First { get; set; } = new double[count];

        public double[] Second { get; set; } = new double[count];
    }
}
