using System.Text.Json;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Kernels;

public class NonlinearRegressionLossTests
{
    private const double Relative = 1e-12;

    private static readonly JsonElement[] Cases =
        [.. GoldenFile.Read("nonlinear_loss_grad_hessian_f64").EnumerateArray().Where(item => item.TryGetProperty("params", out _))];

    [Fact]
    public void Loss_gradient_and_Hessian_diagonal_are_those_of_PyTorch()
    {
        Assert.NotEmpty(Cases);
        foreach (JsonElement golden in Cases)
        {
            NonlinearRegressionShape shape = new(golden.Int("L"), golden.Int("H"), golden.Int("d"), golden.Int("hidden"));
            double[] parameters = golden.Doubles("params");
            TokenBundles<double> tokens =
                TokenBundles<double>.FromTokens(
                    golden.Doubles("Z"), golden.Doubles("y"), golden.Int("B"), golden.Int("N"), shape.Dimension);
            NonlinearRegressionLoss<double> loss = new(shape);
            double[] gradient = new double[shape.ParameterCount];
            Assert.Equal(golden.Double("loss"), loss.Evaluate(parameters, tokens, gradient), Relative * golden.Double("loss"));
            Assert.Equal(golden.Double("loss"), loss.Evaluate(parameters, tokens), Relative * golden.Double("loss"));
            Near(golden.Doubles("grad"), gradient);

            double[] diagonal = new double[shape.ParameterCount];
            double[] product = new double[shape.ParameterCount];
            for (int i = 0; i < diagonal.Length; i++)
            {
                double[] direction = new double[shape.ParameterCount];
                direction[i] = 1;
                double[] again = new double[shape.ParameterCount];
                loss.Evaluate(parameters, tokens, direction, again, product);
                Assert.Equal(gradient, again); // To the bit: values take the same steps with tangents as without.
                diagonal[i] = product[i];
            }

            Near(golden.Doubles("hessian_diag"), diagonal);

            // The same from forward passes to second order.
            double[] forward = new double[shape.ParameterCount];
            loss.Diagonal(parameters, tokens, [.. Enumerable.Range(0, forward.Length)], forward);
            Near(golden.Doubles("hessian_diag"), forward);
        }

        static void Near(double[] expected, double[] actual)
        {
            double scale = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], Relative * scale);
            }
        }
    }

    [Fact]
    public void Single_precision_and_any_number_of_threads_agree()
    {
        NonlinearRegressionShape shape = new(3, 1, 5, 30);
        TorchStream stream = new(3);
        float[] parameters = shape.Initialize(stream, 0.1f);
        PromptBatch batch = new(
            new PromptSettings
            {
                BatchSize = 700,
                ContextLength = 20,
                Dimension = 5,
                Labels = new FeatureLabels { Network = FeatureNetwork.Draw(stream, 5, 10, 5) }
            });
        batch.Draw(stream);
        TokenBundles<float> tokens = new(700, 20, 5);
        tokens.Fill(batch);
        TokenBundles<double> doubles = new(700, 20, 5);
        using WorkerTeam team = new(3);
        doubles.Fill(batch, team);

        float[] alone = new float[shape.ParameterCount];
        double loss = new NonlinearRegressionLoss<float>(shape).Evaluate(parameters, tokens, alone);
        float[] together = new float[shape.ParameterCount];
        Assert.Equal(loss, new NonlinearRegressionLoss<float>(shape, team).Evaluate(parameters, tokens, together)); // Fixed order of sums.
        Assert.Equal(alone, together);

        double[] exact = new double[shape.ParameterCount];
        double exactLoss = new NonlinearRegressionLoss<double>(shape, team)
            .Evaluate([.. parameters.Select(p => (double)p)], doubles, exact);
        Assert.Equal(exactLoss, loss, 1e-6 * exactLoss);
        double scale = exact.Max(Math.Abs);
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.Equal(exact[i], alone[i], 1e-5 * scale);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        NonlinearRegressionLoss<float> loss = new(new(1, 1, 2, 3));
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new float[3], new TokenBundles<float>(1, 1, 2)));
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new float[loss.Shape.ParameterCount], new TokenBundles<float>(1, 1, 3)));
    }
}
