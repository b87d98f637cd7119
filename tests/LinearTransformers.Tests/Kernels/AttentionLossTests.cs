using System.Text.Json;
using LinearTransformers.Activations;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Kernels;

public class AttentionLossTests
{
    private const double Relative = 1e-12;

    public static TheoryData<string> Activations => [.. Activation.Catalog.Entries.Select(entry => entry.Name)];

    [Fact]
    public void The_reference_is_the_published_layer()
    {
        foreach (JsonElement golden in GoldenFile.Read("attention").EnumerateArray())
        {
            (int d, int n) = (golden.Int("d"), golden.Int("N"));
            double[] parameters = [.. golden.Doubles("P"), .. golden.Doubles("Q")];
            double[] gradient = [.. golden.Doubles("dP"), .. golden.Doubles("dQ")];
            double[] z = golden.Doubles("Z");
            double[] cotangent = golden.Doubles("cotangent");
            double[] output = Layer(parameters);
            foreach ((double expected, double actual, double before) in golden.Doubles("out").Zip(output, z))
            {
                Assert.Equal(expected, actual - before, 1e-6); // The file is in single precision.
            }

            for (int i = 0; i < parameters.Length; i++)
            {
                const double Step = 1e-5;
                double[] up = [.. parameters];
                double[] down = [.. parameters];
                up[i] += Step;
                down[i] -= Step;
                double slope = Layer(up).Zip(Layer(down), (a, b) => (a - b) / (2 * Step)).Zip(cotangent, (a, b) => a * b).Sum();
                Assert.Equal(gradient[i], slope, 1e-5 * Math.Max(1, Math.Abs(gradient[i])));
            }

            double[] Layer(double[] theta) => [.. Enumerable.Range(0, golden.Int("B")).SelectMany(b =>
            {
                double[,] prompt = new double[n + 1, d + 1];
                for (int i = 0; i < prompt.Length; i++)
                {
                    prompt[i / (d + 1), i % (d + 1)] = z[(b * prompt.Length) + i];
                }

                return TokenSpaceTransformer.Forward(new(1, 1, d), theta, prompt, Named(golden.Text("activation"))).Cast<double>();
            })];
        }
    }

    [Fact]
    public void Loss_and_gradient_are_those_of_PyTorch()
    {
        foreach (JsonElement golden in GoldenFile.Read("softmax_relu_loss_grad_f64").EnumerateArray())
        {
            LinearTransformerShape shape = new(golden.Int("L"), golden.Int("H"), golden.Int("d"));
            TokenBundles<double> tokens =
                TokenBundles<double>.FromTokens(
                    golden.Doubles("Z"), golden.Doubles("y"), golden.Int("B"), golden.Int("N"), shape.Dimension);
            double[] parameters = golden.Doubles("params");
            double[] gradient = new double[shape.ParameterCount];
            AttentionLoss<double> loss = new(shape, Named(golden.Text("activation")));
            Assert.Equal(golden.Double("loss"), loss.Evaluate(parameters, tokens, gradient), Relative * golden.Double("loss"));
            Near(golden.Doubles("grad"), gradient, Relative);
        }
    }

    [Fact]
    public void Softmax_over_the_context_has_the_loss_and_derivatives_of_PyTorch_with_1_over_N_and_without()
    {
        foreach (JsonElement golden in GoldenFile.Read("softmax_over_context_f64").EnumerateArray())
        {
            LinearTransformerShape shape = new(golden.Int("L"), golden.Int("H"), golden.Int("d"));
            (double[] parameters, double[] z, double[] y) = (golden.Doubles("params"), golden.Doubles("Z"), golden.Doubles("y"));
            TokenBundles<double> tokens = TokenBundles<double>.FromTokens(z, y, golden.Int("B"), golden.Int("N"), shape.Dimension);
            Activation activation = Named(golden.Text("activation"));
            double[] gradient = new double[shape.ParameterCount];
            double[] product = new double[shape.ParameterCount];
            double expected = golden.Double("loss");
            Assert.Equal(expected, TokenSpaceTransformer.Loss(shape, parameters, z, y, activation), Relative * expected);
            AttentionLoss<double> loss = new(shape, activation);
            Assert.Equal(expected, loss.Evaluate(parameters, tokens, golden.Doubles("direction"), gradient, product), Relative * expected);
            Near(golden.Doubles("grad"), gradient, Relative);
            Near(golden.Doubles("product"), product, Relative);
        }
    }

    [Fact]
    public void Standard_weights_add_up_to_one_so_equal_labels_stay_equal_whatever_the_parameters()
    {
        // Each head of a layer adds the label that all tokens of the context have: it grows (1 + H)-fold a layer, and the query's with it.
        const double Label = 0.7;
        for (int seed = 0; seed < 10; seed++)
        {
            Problem problem = new(seed);
            double[] z = problem.MapLabels(_ => Label, queryLabel: 0);
            double entry = (Math.Pow(1 + problem.Shape.Heads, problem.Shape.Layers) - 1) * Label;
            double expected = problem.Y.Average(y => (entry + y) * (entry + y));
            double[] gradient = new double[problem.Shape.ParameterCount];
            AttentionLoss<double> loss = new(problem.Shape, new StandardSoftmaxAttention());
            Assert.Equal(expected, loss.Evaluate(problem.Parameters, problem.With(z), gradient), Relative * (1 + expected));
            Assert.All(gradient, slope => Assert.Equal(0, slope, Relative * (1 + expected)));
        }
    }

    [Fact]
    public void Where_Q_is_zero_standard_softmax_averages_over_the_context()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Problem problem = new(seed);
            LinearTransformerShape shape = problem.Shape;
            (int n, int width) = (problem.Tokens.ContextLength, shape.Dimension + 1);
            double[] parameters = [.. problem.Parameters.Select((entry, i) => i / shape.MatrixSize % 2 == 1 ? 0 : entry)];
            double growth = Math.Pow(1 + shape.Heads, shape.Layers) - 1;
            double expected = Enumerable.Range(0, problem.Y.Length).Average(b =>
            {
                double[] labels = [.. Enumerable.Range(0, n + 1).Select(i => problem.Z[(((b * (n + 1)) + i) * width) + shape.Dimension])];
                double residual = labels[n] + (growth * labels[..n].Average()) + problem.Y[b];
                return residual * residual;
            });
            AttentionLoss<double> loss = new(shape, new StandardSoftmaxAttention());
            Assert.Equal(expected, loss.Evaluate(parameters, problem.Tokens), Relative * (1 + expected));
        }
    }

    [Fact]
    public void One_layer_of_masked_softmax_is_one_of_standard_softmax_on_labels_divided_by_N()
    {
        // The query's entry is that of P times a mean of tokens, of which it reads the labels alone: P over N is labels over N.
        for (int seed = 0; seed < 25; seed++)
        {
            Problem problem = new(seed, layers: 1);
            TokenBundles<double> divided = problem.With(problem.MapLabels(label => label / problem.Tokens.ContextLength));
            double[] masked = new double[problem.Shape.ParameterCount];
            double[] standard = new double[problem.Shape.ParameterCount];
            AttentionLoss<double> loss = new(problem.Shape, new MaskedSoftmaxAttention());
            double expected = loss.Evaluate(problem.Parameters, problem.Tokens, masked);
            loss = new(problem.Shape, new StandardSoftmaxAttention());
            Assert.Equal(expected, loss.Evaluate(problem.Parameters, divided, standard), Relative * (1 + expected));
            Near(masked, standard, Relative);
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Losses_and_slopes_are_those_of_the_reference_on_random_shapes(string name)
    {
        Activation activation = Named(name);
        for (int seed = 0; seed < 25; seed++)
        {
            Problem problem = new(seed);
            AttentionLoss<double> loss = new(problem.Shape, activation);
            double[] gradient = new double[problem.Shape.ParameterCount];
            double[] product = new double[gradient.Length];
            double[] again = new double[gradient.Length];
            double value = loss.Evaluate(problem.Parameters, problem.Tokens, gradient);
            Assert.Equal(Reference(0), value, 1e-12 * (1 + value));

            // The loss and gradient with tangents take the same steps: the same bits.
            Assert.Equal(value, loss.Evaluate(problem.Parameters, problem.Tokens, problem.Direction, again, product));
            Assert.Equal(gradient, again);

            // Slope and curvature along a direction, by central differences of the reference and of the gradient.
            const double Step = 1e-6; // Small, so that no ReLU bends within it.
            double slope = ((8 * (Reference(Step) - Reference(-Step))) - (Reference(2 * Step) - Reference(-2 * Step))) / (12 * Step);
            Assert.Equal(slope, gradient.Zip(problem.Direction, (a, b) => a * b).Sum(), 1e-6 * (1 + Math.Abs(slope)));
            double[] change = [.. Gradient(Step).Zip(Gradient(-Step), (a, b) => (a - b) / (2 * Step))];
            Near(change, product, 1e-5);

            double Reference(double step) => TokenSpaceTransformer.Loss(problem.Shape, problem.At(step), problem.Z, problem.Y, activation);

            double[] Gradient(double step)
            {
                double[] there = new double[gradient.Length];
                loss.Evaluate(problem.At(step), problem.Tokens, there);
                return there;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Five_dimensions_and_any_number_give_the_same_bits_and_threads_do_too(string name)
    {
        Activation activation = Named(name);
        LinearTransformerShape shape = new(3, 2, 5);
        TorchStream stream = new(1);
        float[] parameters = shape.Initialize(stream, 0.3f);
        PromptBatch batch = new(new PromptSettings { BatchSize = 700, ContextLength = 13, Dimension = 5 });
        batch.Draw(stream);
        TokenBundles<float> tokens = new(700, 13, 5);
        tokens.Fill(batch);
        float[] direction = shape.Initialize(stream, 1);
        using WorkerTeam team = new(3);
        (double Loss, float[] Gradient, float[] Product) expected = Evaluate(new(shape, activation, null, knownDimension: true));
        (double Loss, float[] Gradient, float[] Product) any = Evaluate(new(shape, activation, null, knownDimension: false));
        (double Loss, float[] Gradient, float[] Product) together = Evaluate(new(shape, activation, team));

        // Exact: the same sums in the same order.
        Assert.Equal(expected.Loss, any.Loss);
        Assert.Equal(expected.Gradient, any.Gradient);
        Assert.Equal(expected.Product, any.Product);
        Assert.Equal(expected.Loss, together.Loss);
        Assert.Equal(expected.Gradient, together.Gradient);
        Assert.Equal(expected.Product, together.Product);

        (double Loss, float[] Gradient, float[] Product) Evaluate(AttentionLoss<float> loss)
        {
            float[] gradient = new float[shape.ParameterCount];
            float[] again = new float[shape.ParameterCount];
            float[] product = new float[shape.ParameterCount];
            double value = loss.Evaluate(parameters, tokens, gradient);
            Assert.Equal(value, loss.Evaluate(parameters, tokens, direction, again, product));
            Assert.Equal(gradient, again);
            return (value, gradient, product);
        }
    }

    [Fact]
    public void Without_activation_it_is_the_linear_transformer()
    {
        LinearTransformerShape shape = new(3, 1, 5);
        TorchStream stream = new(4);
        double[] parameters = [.. shape.Initialize(stream, 0.2f).Select(p => (double)p)];
        PromptBatch batch = new(new PromptSettings { BatchSize = 100, ContextLength = 20, Dimension = 5, Mode = PromptMode.Gamma });
        batch.Draw(stream);
        TokenBundles<double> tokens = new(100, 20, 5);
        tokens.Fill(batch);
        GramStatistics<double> statistics = new(100, 5);
        statistics.Compute(batch);
        double[] inTokens = new double[shape.ParameterCount];
        double[] inGram = new double[shape.ParameterCount];
        double expected = new GramLoss<double>(shape).Evaluate(parameters, statistics, inGram);

        // Labels of tokens are rounded to single precision, those of the statistics are not.
        Assert.Equal(expected, new AttentionLoss<double>(shape, new LinearAttention()).Evaluate(parameters, tokens, inTokens),
            1e-5 * expected);
        Near(inGram, inTokens, 1e-5);
    }

    private static Activation Named(string name) => Activation.Catalog[name];

    private static void Near(double[] expected, double[] actual, double relative)
    {
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], relative * (scale + 1e-3));
        }
    }

    /// <summary>d 1–7, N 1–12, L 1–3, heads 1–2, B 1–20.</summary>
    private sealed class Problem
    {
        private readonly System.Random _random;

        public Problem(int seed, int? layers = null)
        {
            _random = new(seed);
            int drawn = _random.Next(1, 4);
            Shape = new(layers ?? drawn, _random.Next(1, 3), _random.Next(1, 8));
            int n = _random.Next(1, 13);
            int batchSize = _random.Next(1, 21);
            int d = Shape.Dimension;
            Parameters = Vector(Shape.ParameterCount);
            Direction = Vector(Shape.ParameterCount);
            Z = Vector(batchSize * (n + 1) * (d + 1));
            Y = Vector(batchSize);
            Tokens = TokenBundles<double>.FromTokens(Z, Y, batchSize, n, d);
        }

        public LinearTransformerShape Shape { get; }

        public double[] Parameters { get; }

        public double[] Direction { get; }

        public double[] Z { get; }

        public double[] Y { get; }

        public TokenBundles<double> Tokens { get; }

        public double[] At(double step) => [.. Parameters.Zip(Direction, (p, v) => p + (step * v))];

        /// <summary>The prompts with other labels in the context, and at the query if one is given.</summary>
        public double[] MapLabels(Func<double, double> map, double? queryLabel = null)
        {
            (int n, int width) = (Tokens.ContextLength, Shape.Dimension + 1);
            return [.. Z.Select((entry, i) =>
                i % width < width - 1 ? entry : i / width % (n + 1) < n ? map(entry) : queryLabel ?? entry)];
        }

        public TokenBundles<double> With(double[] z)
            => TokenBundles<double>.FromTokens(z, Y, Y.Length, Tokens.ContextLength, Shape.Dimension);

        private double[] Vector(int length) => [.. Enumerable.Range(0, length).Select(_ => (2 * _random.NextDouble()) - 1)];
    }
}
