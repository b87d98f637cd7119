using System.Numerics;
using LinearTransformers.Activations;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Tests.Kernels;

/// <summary>
/// Whole bundles, which go through kernels where vectors are 512 bits wide, and halves, which go where they are 256, on any hardware and on
/// several threads. Equal to the last bit: lanes take the same steps, and their sums are taken in the same order.
/// </summary>
public sealed class LaneWidthTests : IDisposable
{
    private const int BatchSize = 523;
    private const int ContextLength = 7;

    private readonly WorkerTeam _team = new(3);

    public static TheoryData<int, int, int> Shapes => new() { { 3, 1, 5 }, { 2, 2, 5 }, { 2, 1, 3 }, { 1, 2, 8 }, { 3, 1, 37 } };

    public void Dispose() => _team.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_linear_transformer_has_the_same_bits(int layers, int heads, int dimension)
    {
        LinearTransformerShape shape = new(layers, heads, dimension);
        CompareGram<float>(isKnown => new GramPasses(shape, isKnown && dimension == 5));
        CompareGram<double>(isKnown => new GramPasses(shape, isKnown && dimension == 5));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Diagonal_matrices_have_the_same_bits(int layers, int heads, int dimension)
    {
        LinearTransformerShape shape = new(layers + heads - 1, 1, dimension);
        CompareGram<float>(isKnown => new GramPasses(shape, isKnown && dimension == 5, isDiagonal: true));
        CompareGram<double>(isKnown => new GramPasses(shape, isKnown && dimension == 5, isDiagonal: true));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData(3, 1, 10)]
    public void Full_matrices_have_the_same_bits(int layers, int heads, int dimension)
    {
        NonlinearRegressionShape shape = NonlinearRegressionShape.WithoutNetwork(layers, heads, dimension);
        CompareGram<float>(isKnown => new FullGramPasses(shape, isKnown));
        CompareGram<double>(isKnown => new FullGramPasses(shape, isKnown));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData(4, 1, 5)]
    [InlineData(3, 1, 10)]
    public void Diagonal_matrices_that_see_labels_have_the_same_bits(int layers, int heads, int dimension)
    {
        CompareGram<float>(isKnown => new FullDiagonalPasses(layers + heads - 1, dimension, isKnown));
        CompareGram<double>(isKnown => new FullDiagonalPasses(layers + heads - 1, dimension, isKnown));
    }

    [Theory]
    [InlineData("none", 5)]
    [InlineData("softmax", 5)]
    [InlineData("softmax-masked", 3)]
    [InlineData("softmax-standard", 5)]
    [InlineData("relu", 5)]
    [InlineData("relu", 7)]
    public void Attention_has_the_same_bits(string name, int dimension)
    {
        Activation activation = Activation.Catalog[name];
        LinearTransformerShape shape = new(2, 2, dimension);
        Compare<float>();
        Compare<double>();

        void Compare<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
            => CompareTokens<T>(dimension, shape.ParameterCount, (width, team)
                => new AttentionLoss<T>(shape, activation, team, dimension == 5, width));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public void Nonlinear_regression_has_the_same_bits(int dimension)
    {
        NonlinearRegressionShape shape = new(3, 1, dimension, 9);
        Compare<float>();
        Compare<double>();

        void Compare<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            CompareTokens<T>(dimension, shape.ParameterCount, (width, team) => new NonlinearRegressionLoss<T>(shape, team, width));
            T[] parameters = Parameters<T>(shape.ParameterCount);
            int[] all = [.. Enumerable.Range(0, parameters.Length)];
            AssertSame((width, team) =>
            {
                double[] diagonal = new double[parameters.Length];
                new NonlinearRegressionLoss<T>(shape, team, width).Diagonal(parameters, Tokens<T>(dimension), all, diagonal);
                return diagonal;
            });
        }
    }

    /// <summary>Widths, threads, and sizes that are known to the compiler or not.</summary>
    private void CompareGram<T>(Func<bool, IGramPassFactory> create)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        IGramPassFactory known = create(true);
        PromptBatch batch = Batch(known.Statistics.Dimension);
        T[] parameters = Parameters<T>(known.ParameterCount);
        AssertSame((width, team) => Evaluate(known, width, team));
        Assert.Equal(Evaluate(known, LaneWidth.Whole, null), Evaluate(create(false), LaneWidth.Whole, null));

        double[] Evaluate(IGramPassFactory passes, LaneWidth width, WorkerTeam? team)
        {
            GramStatistics<T> statistics = new(BatchSize, passes.Statistics.Dimension, width, passes.Statistics.HasSquare);
            statistics.Compute(batch, team);
            GramEvaluator<T> evaluator = new(passes, team, width);
            T[] gradient = new T[parameters.Length];
            T[] again = new T[parameters.Length];
            T[] product = new T[parameters.Length];
            double loss = evaluator.Evaluate(parameters, statistics, gradient);
            Assert.Equal(loss, evaluator.Evaluate(parameters, statistics, parameters, again, product));
            Assert.Equal(gradient, again);
            return [loss, .. gradient.Concat(product).Select(double.CreateTruncating)];
        }
    }

    private void CompareTokens<T>(int dimension, int count, Func<LaneWidth, WorkerTeam?, TokenLoss<T>> create)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TokenBundles<T> tokens = Tokens<T>(dimension);
        T[] parameters = Parameters<T>(count);
        AssertSame((width, team) =>
        {
            T[] gradient = new T[count];
            T[] dualGradient = new T[count];
            T[] product = new T[count];
            TokenLoss<T> loss = create(width, team);
            double value = loss.Evaluate(parameters, tokens, gradient);
            double dual = loss.Evaluate(parameters, tokens, parameters, dualGradient, product);
            Assert.Equal(gradient, dualGradient);
            return [value, dual, .. gradient.Concat(product).Select(double.CreateTruncating)];
        });
    }

    private void AssertSame(Func<LaneWidth, WorkerTeam?, double[]> evaluate)
    {
        double[] expected = evaluate(LaneWidth.Whole, null);
        Assert.True(expected.All(double.IsFinite));
        Assert.Equal(expected, evaluate(LaneWidth.Half, null));
        Assert.Equal(expected, evaluate(LaneWidth.Whole, _team));
        Assert.Equal(expected, evaluate(LaneWidth.Half, _team));
    }

    private static PromptBatch Batch(int dimension)
    {
        PromptBatch batch = new(new PromptSettings { BatchSize = BatchSize, ContextLength = ContextLength, Dimension = dimension });
        batch.Draw(new TorchStream(1));
        return batch;
    }

    private static TokenBundles<T> Tokens<T>(int dimension)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TokenBundles<T> tokens = new(BatchSize, ContextLength, dimension);
        tokens.Fill(Batch(dimension));
        return tokens;
    }

    private static T[] Parameters<T>(int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        float[] normals = new float[Math.Max(count, 16)];
        new TorchStream(2).FillNormal(normals, 0, 0.2f);
        return [.. normals.Take(count).Select(T.CreateTruncating)];
    }
}
