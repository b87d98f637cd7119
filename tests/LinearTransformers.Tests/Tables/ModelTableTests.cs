using System.Text.Json;
using LinearTransformers.Activations;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every model, structure of parameters and activation must do, in every combination.</summary>
public class ModelTableTests
{
    private static readonly Dictionary<string, string> WithoutReference = [];

    public static TheoryData<string, int> Cases => ModelCase.All;

    [Fact]
    public void Every_model_structure_and_activation_has_a_reference()
    {
        References.AssertDemanded(ParameterStructure.Catalog, GoldenFile.TextsOf("structures_f64", "parameters"), WithoutReference);

        // AttentionLossTests and NonlinearRegressionLossTests compare with these files.
        string[] files = ["attention", "softmax_relu_loss_grad_f64", "softmax_over_context_f64"];
        References.AssertDemanded(
            Activation.Catalog, files.SelectMany(file => GoldenFile.TextsOf(file, "activation")), WithoutReference);
        Assert.NotEqual(0, GoldenFile.Read("nonlinear_loss_grad_hessian_f64").GetArrayLength());
        References.AssertDemanded(Model.Catalog, ["linear-transformer", "nonlinear-regression"], WithoutReference);
    }

    [Fact]
    public void Only_matrices_with_a_row_for_labels_are_refused_with_an_activation_and_a_corner_that_is_there_twice()
    {
        string[] full = [.. PartCases.PartsOf<ParameterStructure>().Where(part => part.IsFull).Select(part => $"parameters={part}")];
        Assert.Equal(ModelCase.Options.Where(IsRefused), ModelCase.Refused);

        bool IsRefused(string options)
        {
            string[] each = options.Split(' ');
            bool isFull = full.Any(each.Contains);
            bool hasCorner = each.Contains("trained-corner=true");
            bool hasActivation = each.Any(
                option => option.StartsWith("activation=", StringComparison.Ordinal) && option != "activation=none");
            return (isFull && hasCorner) || ((isFull || hasCorner) && hasActivation);
        }

        // Nothing is tested by being refused everywhere.
        IEnumerable<string> accepted = ModelCase.All.Select(row => row.Data.Item1).SelectMany(options => options.Split(' '));
        Assert.Equal(ModelCase.Options.SelectMany(options => options.Split(' ')).Distinct().Order(), accepted.Distinct().Order());
    }

    [Fact]
    public void Losses_gradients_and_Hessian_products_are_those_of_PyTorch()
    {
        foreach (JsonElement golden in GoldenFile.Read("structures_f64").EnumerateArray())
        {
            LinearTransformerModel model = new()
            {
                Activation = Activation.Catalog[golden.Text("activation")],
                Parameters = PartCases.Part<ParameterStructure>(golden.Text("parameters")),
                IsTied = golden.GetProperty("tied").GetBoolean(),
                HasTrainedCorner = golden.TryGetProperty("trained-corner", out JsonElement corner) && corner.GetBoolean(),
            };
            ModelSizes sizes = new(golden.Int("L"), golden.Int("H"), golden.Int("d"));
            PromptBatch batch = new(new() { BatchSize = golden.Int("B"), ContextLength = golden.Int("N"), Dimension = sizes.Dimension });
            batch.Draw(new GivenNumbers(golden.Floats("tasks"), golden.Floats("context"), golden.Floats("queries")));
            BatchLoss<double> loss = model.NewLoss<double>(sizes);
            loss.Load(batch);
            double[] parameters = golden.Doubles("params");
            double[] gradient = new double[parameters.Length];
            double[] product = new double[parameters.Length];
            double expected = golden.Double("loss");
            Assert.Equal(parameters.Length, model.Layout(sizes).Count);
            Assert.Equal(parameters.Length, model.ParameterCount(sizes));
            Assert.Equal(expected, loss.Evaluate(parameters, golden.Doubles("direction"), gradient, product), 1e-12 * expected);
            Near(golden.Doubles("grad"), gradient, 1e-12);
            Near(golden.Doubles("product"), product, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predictions_and_sensitivities_after_each_layer_are_those_of_the_tokens(string options, int heads)
    {
        ModelCase model = ModelCase.Of(options, heads);
        LayerReadout<double> readout = new(model.Model, model.Sizes);
        LayerReadout<float> single = new(model.Model, model.Sizes);
        readout.Load(model.Batch);
        single.Load(model.Batch);
        float[] parameters = [.. model.Parameters.Select(value => (float)value)];
        int d = model.Sizes.Dimension;
        (float[] z, float[] y) = model.Batch.ToTokens();
        double[] labels = new double[y.Length];
        readout.Labels(labels);

        // Tokens have labels in single precision, whose roundings layers make larger.
        const double Rounding = 1e-5;
        Assert.All(y.Zip(labels), pair => Assert.Equal(pair.First, pair.Second, Rounding));
        double[][][] tokens = [.. z.Chunk(z.Length / y.Length).Select(prompt => After([.. prompt.Select(value => (double)value)]))];
        for (int layer = 1; layer <= model.Sizes.Layers; layer++)
        {
            double[] predictions = new double[y.Length];
            double[] sensitivities = new double[y.Length * d];
            float[] inSingle = new float[y.Length];
            readout.Predict(model.Parameters, layer, predictions);
            readout.Sensitivities(model.Parameters, layer, sensitivities);
            single.Predict(parameters, layer, inSingle);
            Assert.Equal(
                predictions.Zip(labels, (a, b) => (a - b) * (a - b)).Average(), readout.Loss(model.Parameters, layer), 1e-12);
            for (int b = 0; b < y.Length; b++)
            {
                double scale = 1 + Math.Abs(predictions[b]);
                Assert.Equal(-tokens[b][layer][^1], predictions[b], Rounding * scale);
                Assert.Equal(predictions[b], inSingle[b], 1e-4 * scale);
                for (int i = 0; i < d; i++)
                {
                    // Small, so that no ReLU bends within it.
                    const double Step = 1e-5;
                    double slope = ((8 * (At(b, i, Step) - At(b, i, -Step))) - (At(b, i, 2 * Step) - At(b, i, -2 * Step))) / (12 * Step);
                    Assert.Equal(slope, sensitivities[(b * d) + i], Rounding * (1 + Math.Abs(slope)));
                }
            }

            double At(int b, int i, double step)
            {
                double[] moved = [.. z.AsSpan(b * (z.Length / y.Length), z.Length / y.Length).ToArray().Select(value => (double)value)];
                moved[^(d + 1 - i)] += step;
                return -After(moved)[layer][^1];
            }
        }

        double[][] After(double[] prompt) => model.Model.TransformedTokens<double>(model.Sizes, model.Parameters, prompt);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_the_slopes_of_the_loss(string options, int heads)
    {
        ModelCase model = ModelCase.Of(options, heads);
        double[] gradient = new double[model.Parameters.Length];
        double loss = model.Loss.Evaluate(model.Parameters, gradient);
        Assert.Equal(loss, model.Loss.Evaluate(model.Parameters));

        // Small, so that no ReLU bends within it.
        const double Step = 1e-5;
        double scale = 1 + loss + gradient.Max(Math.Abs);
        HashSet<int> live = [.. model.Loss.Live];
        for (int i = 0; i < gradient.Length; i++)
        {
            double[] unit = model.Unit(i);
            double slope = ((8 * (At(1) - At(-1))) - (At(2) - At(-2))) / (12 * Step);
            Assert.Equal(slope, gradient[i], 1e-9 * scale);
            Assert.True(live.Contains(i) || gradient[i] == 0);

            double At(int steps) => model.Loss.Evaluate(model.At(unit, steps * Step));
        }

        Assert.Contains(gradient, slope => Math.Abs(slope) > 1e-3 * scale);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hessian_products_and_diagonals_are_the_changes_of_the_gradient(string options, int heads)
    {
        ModelCase model = ModelCase.Of(options, heads);
        double[] gradient = new double[model.Parameters.Length];
        double[] again = new double[model.Parameters.Length];
        double[] product = new double[model.Parameters.Length];
        double[] diagonal = new double[model.Parameters.Length];
        double loss = model.Loss.Evaluate(model.Parameters, gradient);

        // The same bits: values take the same steps with tangents as without.
        Assert.Equal(loss, model.Loss.Evaluate(model.Parameters, model.Direction, again, product));
        Assert.Equal(gradient, again);
        model.Loss.HessianDiagonal(model.Parameters, diagonal);
        const double Step = 1e-5;
        double scale = 1 + product.Max(Math.Abs) + diagonal.Max(Math.Abs);
        AssertChange(model.Direction, (i, change) => Assert.Equal(change, product[i], 1e-8 * scale));
        for (int k = 0; k < diagonal.Length; k++)
        {
            AssertChange(model.Unit(k), (i, change) =>
            {
                if (i == k)
                {
                    Assert.Equal(change, diagonal[k], 1e-8 * scale);
                }
            });
        }

        void AssertChange(double[] direction, Action<int, double> assert)
        {
            double[] up = model.Gradient(direction, Step);
            double[] down = model.Gradient(direction, -Step);
            double[] farUp = model.Gradient(direction, 2 * Step);
            double[] farDown = model.Gradient(direction, -2 * Step);
            for (int i = 0; i < up.Length; i++)
            {
                assert(i, ((8 * (up[i] - down[i])) - (farUp[i] - farDown[i])) / (12 * Step));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Single_precision_follows_double_precision(string options, int heads)
    {
        ModelCase model = ModelCase.Of(options, heads);
        double[] expected = new double[model.Parameters.Length];
        double loss = model.Loss.Evaluate(model.Parameters, expected);
        BatchLoss<float> single = model.Model.NewLoss<float>(model.Sizes);
        single.Load(model.Batch);
        float[] gradient = new float[expected.Length];
        Assert.Equal(loss, single.Evaluate([.. model.Parameters.Select(x => (float)x)], gradient), 1e-5 * (1 + loss));
        Near(expected, [.. gradient.Select(x => (double)x)], 1e-5);
        Assert.Equal(model.Loss.Live, single.Live);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_loss_is_that_of_the_layers_matrices_written_out(string options, int heads)
    {
        ModelCase model = ModelCase.Of(options, heads);
        if (model.Model is not LinearTransformerModel transformer)
        {
            // Whose matrices stand behind a network: NonlinearRegressionLossTests compare it with PyTorch.
            Assert.Equal("model=nonlinear-regression", options);
            return;
        }

        LinearTransformerShape shape = new(model.Sizes.Layers, model.Sizes.Heads, model.Sizes.Dimension);
        double[] matrices = transformer.Matrices<double>(model.Sizes, model.Parameters);
        (float[] z, float[] y) = model.Batch.ToTokens();
        double[] tokens = [.. z.Select(x => (double)x)];
        double[] labels = [.. y.Select(x => (double)x)];
        double loss = model.Loss.Evaluate(model.Parameters);
        double expected = transformer.IsFull
            ? TokenSpaceTransformer.LossOfFull(shape, matrices, tokens, labels)
            : TokenSpaceTransformer.Loss(shape, matrices, tokens, labels, transformer.Activation);

        // Tokens' labels are rounded to single precision, those of Gram statistics are not.
        Assert.Equal(expected, loss, (transformer.Activation.IsLinear ? 1e-5 : 1e-12) * (1 + expected));

        // That of these matrices as parameters of their own, to the bit unless they are diagonal, which go through a kernel for that.
        BatchLoss<double> whole = transformer.IsFull
            ? BatchLoss<double>.Of(LinearTransformerModel.FullShape(model.Sizes))
            : BatchLoss<double>.Of(shape, transformer.Activation);
        whole.Load(model.Batch);
        double ofMatrices = whole.Evaluate(matrices);
        Assert.Equal(ofMatrices, loss, transformer.Parameters.IsDiagonal ? 1e-13 * (1 + loss) : 0);
        Assert.Equal(transformer.IsTied, matrices.AsSpan(0, matrices.Length / 2).SequenceEqual(matrices.AsSpan(matrices.Length / 2)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Full_matrices_with_zeros_beside_the_sparse_ones_have_their_loss_and_gradient(string options, int heads)
    {
        ModelCase model = ModelCase.Of(options, heads);
        if (model.Model is not LinearTransformerModel { Activation.IsLinear: true, IsFull: false } transformer)
        {
            return;
        }

        // P = diag(P̂, 1) and Q = diag(Q̂, 0).
        (int d, int width) = (model.Sizes.Dimension, model.Sizes.Dimension + 1);
        LinearTransformerModel sparse = new();
        LinearTransformerModel full = new() { Parameters = new FullStructure() };
        double[] matrices = transformer.Matrices<double>(model.Sizes, model.Parameters);
        double[] beside = new double[full.Layout(model.Sizes).Count];
        int[] places = [.. Enumerable.Range(0, matrices.Length).Select(i => (i / (d * d) * width * width) + (i / d % d * width) + (i % d))];
        for (int i = 0; i < matrices.Length; i++)
        {
            beside[places[i]] = matrices[i];
        }

        for (int head = 0; head < model.Sizes.Layers * heads; head++)
        {
            beside[(2 * head * width * width) + (width * width) - 1] = 1;
        }

        double[] expected = new double[matrices.Length];
        double[] gradient = new double[beside.Length];
        double loss = Load(sparse).Evaluate(matrices, expected);

        Assert.Equal(loss, Load(full).Evaluate(beside, gradient), 1e-12 * (1 + loss));
        Near(expected, [.. places.Select(place => gradient[place])], 1e-12);

        BatchLoss<double> Load(Model of)
        {
            BatchLoss<double> loaded = of.NewLoss<double>(model.Sizes);
            loaded.Load(model.Batch);
            return loaded;
        }
    }

    private static void Near(double[] expected, double[] actual, double relative)
    {
        double scale = expected.Max(Math.Abs) + 1e-3;
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], relative * scale);
        }
    }
}
