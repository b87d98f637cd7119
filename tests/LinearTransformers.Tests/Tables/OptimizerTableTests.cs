using System.Numerics;
using System.Text.Json;
using LinearTransformers.Optimizers;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every optimizer must do.</summary>
public class OptimizerTableTests
{
    private static readonly JsonElement Reference = GoldenFile.Read("optimizers");

    /// <summary>Optimizers without a reference, and why.</summary>
    private static readonly Dictionary<string, string> WithoutReference = [];

    public static TheoryData<string> Optimizers => PartCases.Of<Optimizer>();

    public static TheoryData<int, string> References
        => [.. CasesOf(Reference).Select((golden, i) => (i, $"{golden.Text("part")}, {golden.Text("precision")}, {golden.Text("made")}"))];

    [Fact]
    public void Every_optimizer_has_a_reference()
        => Tables.References.AssertDemanded(Optimizer.Catalog, CasesOf(Reference).Select(golden => golden.Text("part")), WithoutReference);

    [Theory]
    [MemberData(nameof(References))]
    public void Parameters_are_those_of_PyTorch_or_of_the_formula_after_each_step(int index, string what)
    {
        JsonElement golden = CasesOf(Reference).ElementAt(index);
        Assert.Contains(golden.Text("part"), what);

        // Measured: 2.1e-15 and 1.3e-7.
        if (golden.Text("precision") is "double")
        {
            AssertFollows<double>(golden, 1e-14);
        }
        else
        {
            AssertFollows<float>(golden, 5e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void One_that_is_saved_and_restored_between_two_steps_goes_on_with_the_same_bits(string text)
    {
        GoesOn<float>(PartCases.Part<Optimizer>(text));
        GoesOn<double>(PartCases.Part<Optimizer>(text));

        static void GoesOn<T>(Optimizer settings)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int stop = 0; stop < 6; stop++)
            {
                Descent<T> whole = new(settings);
                Descent<T> broken = new(settings);
                whole.Step(stop);
                broken.Step(stop);
                Assert.Equal(whole.Bytes(), broken.Bytes());
                broken.TakeUp(whole.Bytes());
                whole.Step(6);
                broken.Step(6);
                Assert.Equal(whole.Parameters, broken.Parameters);
                Assert.Equal(whole.Bytes(), broken.Bytes());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Steps_of_many_parameters_lower_the_loss(string text)
    {
        Descent<double> descent = new(PartCases.Part<Optimizer>(text));
        double before = descent.Loss;
        descent.Step(40, stepSize: 0.01);
        Assert.True(descent.Loss < before, $"{descent.Loss:R} after {before:R}");
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_gradient_that_is_no_number_never_passes_silently(string text)
    {
        Check<float>(PartCases.Part<Optimizer>(text));
        Check<double>(PartCases.Part<Optimizer>(text));

        static void Check<T>(Optimizer settings)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int before = 0; before < 3; before++)
            {
                Descent<T> descent = new(settings);
                descent.Step(before);
                descent.Objective.IsNaN = true;
                descent.Step(1);
                Assert.Contains(descent.Parameters, T.IsNaN);

                // Nor does it heal: a run of it ends as diverged.
                descent.Objective.IsNaN = false;
                descent.Step(3);
                Assert.Contains(descent.Parameters, T.IsNaN);
            }
        }
    }

    private static IEnumerable<JsonElement> CasesOf(JsonElement reference) => reference.GetProperty("cases").EnumerateArray();

    /// <summary>Steps from the reference's start with its gradients, weight decay before each as a run has it.</summary>
    private static void AssertFollows<T>(JsonElement golden, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Optimizer settings = PartCases.With(Optimizer.Catalog[golden.Text("part")], golden.GetProperty("settings"));
        T[] parameters = Numbers<T>(Reference.Doubles("start"));
        T[] gradients = Numbers<T>(Reference.Doubles("gradients"));
        double[] expected = golden.Doubles("parameters");
        int n = parameters.Length;
        double rate = golden.Double("lr");
        T decay = T.CreateTruncating(1 - (rate * golden.Double("weight_decay")));
        IOptimizer<T> optimizer = settings.Create<T>(n);
        T[] gradient = new T[n];
        for (int step = 0; step < expected.Length / n; step++)
        {
            Objective<T> objective = Function;
            double loss = 0;
            if (golden.Text("part") is "lbfgs")
            {
                loss = Function(parameters, gradient);
            }
            else
            {
                gradients.AsSpan(step * n, n).CopyTo(gradient);
                objective = (_, _) => throw new InvalidOperationException("it was to use the gradient it was given");
            }

            for (int i = 0; i < n; i++)
            {
                parameters[i] *= decay;
            }

            optimizer.Step(parameters, loss, gradient, objective, rate, CancellationToken.None);
            for (int i = 0; i < n; i++)
            {
                double reference = expected[(step * n) + i];
                double actual = double.CreateTruncating(parameters[i]);
                double scale = Math.Max(Math.Abs(reference), rate * (step + 1));
                Assert.True(
                    Math.Abs(reference - actual) <= tolerance * scale,
                    $"step {step}, parameter {i}: expected {reference:R}, got {actual:R}");
            }
        }

        // The sum of c (x − m)²/2 + (x − m)⁴/4.
        double Function(ReadOnlySpan<T> x, Span<T> slope)
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                T c = T.CreateTruncating(Reference.GetProperty("curvatures")[i].GetDouble());
                T r = x[i] - T.CreateTruncating(Reference.GetProperty("minima")[i].GetDouble());
                slope[i] = (c * r) + (r * r * r);
                sum += double.CreateTruncating((c * r * r / T.CreateTruncating(2)) + (r * r * r * r / T.CreateTruncating(4)));
            }

            return sum;
        }
    }

    private static T[] Numbers<T>(double[] numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        => [.. numbers.Select(T.CreateTruncating)];

    /// <summary>An optimizer on its way down a fixed function of five parameters.</summary>
    private sealed class Descent<T>(Optimizer settings)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly Optimizer _settings = settings;
        private readonly T[] _gradient = new T[5];
        private IOptimizer<T> _optimizer = settings.Create<T>(5);

        public T[] Parameters { get; } = Numbers<T>([0.7, -1.3, 0.2, 2, -0.4]);

        public Bowl Objective { get; } = new();

        public double Loss => Objective.Evaluate(Parameters, _gradient);

        public void Step(int steps, double stepSize = 0.05)
        {
            for (int i = 0; i < steps; i++)
            {
                _optimizer.Step(Parameters, Loss, _gradient, Objective.Evaluate<T>, stepSize, CancellationToken.None);
            }
        }

        public byte[] Bytes()
        {
            using MemoryStream bytes = new();
            TensorFile.Write(bytes, [.. _optimizer.Save(), Tensor.Vector("parameters", (T[])Parameters.Clone())]);
            return bytes.ToArray();
        }

        public void TakeUp(byte[] state)
        {
            using MemoryStream bytes = new(state);
            TensorFile file = TensorFile.Read(bytes, "state");
            _optimizer = _settings.Create<T>(Parameters.Length);
            _optimizer.Restore(file);
            file.Get<T>("parameters", Parameters.Length).CopyTo(Parameters);
        }
    }

    /// <summary>The sum of (i + 1) x_i² + (x_i − x_{i−1})²/2; no number where it is told so.</summary>
    private sealed class Bowl
    {
        public bool IsNaN { get; set; }

        public double Evaluate<T>(ReadOnlySpan<T> x, Span<T> gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            double loss = IsNaN ? double.NaN : 0;
            gradient.Clear();
            for (int i = 0; i < x.Length; i++)
            {
                T difference = i == 0 ? T.Zero : x[i] - x[i - 1];
                loss += ((i + 1) * double.CreateTruncating(x[i] * x[i])) + (double.CreateTruncating(difference * difference) / 2);
                gradient[i] += (T.CreateTruncating(2 * (i + 1)) * x[i]) + difference;
                if (i > 0)
                {
                    gradient[i - 1] -= difference;
                }
            }

            if (IsNaN)
            {
                gradient[2] = T.NaN;
            }

            return loss;
        }
    }
}
