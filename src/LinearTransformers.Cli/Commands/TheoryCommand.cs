using System.CommandLine;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Settings;
using LinearTransformers.Theory;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf theory: the exact optima and losses for a number of layers, a context length and a dimension.</summary>
internal static class TheoryCommand
{
    private const int MostLayers = 6;
    private const int SampledPrompts = 1_000_000;

    public static Command Create(Terminal terminal)
    {
        Command command = new("theory", "Print the least losses that theory gives, and the parameters that have them.");
        Option<string> layers =
            SettingOption.Create("layers", "n", $"layers, or steps of gradient descent: from 1 to this many, {MostLayers} at most [3]");
        Option<string> contextLength = SettingOption.Create("N", "n", "context length [20]");
        Option<string> dimension = SettingOption.Create("d", "n", "dimension of the covariates [5]");
        Option<string> eigenvalues =
            SettingOption.Create("sigma", "l1,l2,…", "eigenvalues of the covariates' covariance, for what depends on it [all 1]");
        Option<string> shape = SettingOption.Create("shape-k", "k", "shape of gamma covariates [0.1]");
        Option<bool> json = new("--json") { Description = "print a JSON object a line" };
        foreach (Option option in (Option[])[layers, contextLength, dimension, eigenvalues, shape, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            int l = InRange("layers", parsed.GetValue(layers) ?? "3", MostLayers);
            int n = InRange("N", parsed.GetValue(contextLength) ?? "20", 100_000);
            int d = InRange("d", parsed.GetValue(dimension) ?? "5", 64);
            double[] sigma = parsed.GetValue(eigenvalues) is { } text ? Eigenvalues(text, d) : [.. Enumerable.Repeat(1.0, d)];
            double k = SettingOption.Number("shape-k", parsed.GetValue(shape) ?? "0.1");
            if (!IsModerate(k))
            {
                throw new SettingException("shape-k", k, "from 1e-6 to 1e6");
            }

            IEnumerable<TheoryRow> rows = OneLayer(n, d, sigma, k).Concat(Deeper(l, n, d, sigma, terminal.Stop));
            if (parsed.GetValue(json))
            {
                foreach (TheoryRow row in rows)
                {
                    terminal.Out.WriteLine(TheoryTable.ToJson(row, n, d));
                }
            }
            else
            {
                TheoryTable.Write(terminal.Out, rows, l, n, d);
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static IEnumerable<TheoryRow> OneLayer(int n, int d, double[] sigma, double shape)
    {
        Theorem1Optimum prior = Theorem1.Optimum(n, sigma);
        yield return new("one-layer", 1, prior.Loss, prior.QueryEigenvalues, "one linear layer, w ~ N(0, I) (Theorem 1): eigenvalues of Q");
        OneLayerOptimum relu = Theorem5.Optimum(n, d);
        yield return new("one-layer-relu", 1, relu.Loss, [relu.QueryScale], "one ReLU layer, Σ = I (Theorem 5): Q = q I");
        OneLayerOptimum sphere = RotationInvariantOneLayer.Sphere(n, d);
        yield return new("one-layer-sphere", 1, sphere.Loss, [sphere.QueryScale], "one linear layer, covariates on the sphere: Q = q I");
        OneLayerOptimum gamma = RotationInvariantOneLayer.Gamma(n, d, shape);
        yield return new(
            "one-layer-gamma", 1, gamma.Loss, [gamma.QueryScale],
                FormattableString.Invariant($"one linear layer, gamma covariates of shape {shape}: Q = q I"));
        yield return new("least-squares", null, LeastSquaresFloor.Loss(n, d), null, "least squares, no noise");
    }

    private static IEnumerable<TheoryRow> Deeper(int layers, int n, int d, double[] sigma, CancellationToken stop)
    {
        for (int l = 1; l <= layers; l++)
        {
            stop.ThrowIfCancellationRequested();
            PreconditionedGradientDescentOptimum steps = PreconditionedGradientDescentFloor.Optimum(n, d, l);
            yield return new("steps", l, steps.Loss, steps.StepSizes, $"L = {l}, P = 0, A = −a Σ⁻¹, a step for each layer: a");
            PreconditionedGradientDescentOptimum constant = PreconditionedGradientDescentFloor.ConstantStepOptimum(n, d, l);
            yield return new(
                "constant-step", l, constant.Loss, [constant.StepSizes[0]], $"L = {l}, preconditioned GD with one step size: a");
            GradientDescentOptimum plain = GradientDescentFloor.ConstantStepOptimum(n, sigma, l);
            yield return new("gd", l, plain.Loss, [plain.StepSize], $"L = {l}, plain GD with one step size: a");
            if (l <= GradientDescentPlusPlusFloor.MaxLayers)
            {
                GradientDescentPlusPlusOptimum exact = GradientDescentPlusPlusFloor.Optimum(n, d, l, stop);
                yield return new(
                    "gd++", l, exact.Loss, [.. exact.QueryScales, .. exact.ValueScales],
                        $"L = {l}, GD++, P = b I, A = a Σ⁻¹, expected loss: a, then b");
                GradientDescentPlusPlusOptimum sampled =
                    GradientDescentPlusPlusFloor.SampledOptimum(n, d, l, SampledPrompts, seed: 0, stop);
                yield return new(
                    "gd++-sampled", l, sampled.Loss, [.. sampled.QueryScales, .. sampled.ValueScales],
                        $"L = {l}, GD++, least loss on a million prompts: a, then b");
            }
        }
    }

    /// <summary>Beyond these bounds powers leave the range of a double.</summary>
    private static bool IsModerate(double value) => value is >= 1e-6 and <= 1e6;

    private static int InRange(string name, string text, int most)
    {
        int value = SettingOption.Int(name, text);
        return value >= 1 && value <= most ? value : throw new SettingException(name, text, $"from 1 to {most}");
    }

    private static double[] Eigenvalues(string text, int d)
    {
        double[] values = [.. text.Split(',').Select(part => SettingOption.Number("sigma", part))];
        return values.Length == d && values.All(IsModerate)
            ? values
            : throw new SettingException("sigma", text, $"{d} positive numbers with commas between them, as many as d, from 1e-6 to 1e6");
    }
}
