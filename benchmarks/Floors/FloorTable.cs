using System.Globalization;
using LinearTransformers.Activations;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// Kernels on one core beside their floors: operations counted, divided by the rate of fused multiply-adds measured in the same minute.
/// </summary>
internal static class FloorTable
{
    private const int BatchSize = 4000;
    private const int ContextLength = 20;
    private const int LargeBatchSize = 32;

    public static void Print()
    {
        double peak = PeakRate.Measure();
        Console.WriteLine(
            $"One core, {peak / 1e9:0.0} billion fused multiply-adds a second (single precision), B = {BatchSize}, N = {ContextLength}.");
        long tokens = sizeof(float) * (long)BatchSize * (((ContextLength + 1) * 5) + 5);
        double rate = ReadRate.Measure(tokens);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"A batch's {tokens / 1e6:0.0} MB of tokens are read at {rate / 1e9:0.0} GB a second: {tokens / rate / BatchSize * 1e9:0} "
                + $"ns a prompt."));
        Console.WriteLine();
        Console.WriteLine("| kernel | operations a prompt | bytes a prompt | floor, ns a prompt | measured, ns a prompt | share |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Gram(5, ContextLength, BatchSize);
        foreach (int dimension in (int[])[64, 128])
        {
            Gram(dimension, 2 * dimension, LargeBatchSize);
        }

        foreach ((int layers, int dimension) in ((int, int)[])[(1, 5), (3, 5), (8, 5), (3, 10), (8, 10), (3, 20), (8, 20)])
        {
            // Fewer prompts of the larger models, so that a call stays short.
            Gradient(layers, dimension, BatchSize / (dimension / 5) / (dimension / 5));
        }

        foreach (int dimension in (int[])[64, 128])
        {
            Gradient(3, dimension, LargeBatchSize);
        }

        foreach ((int layers, int dimension) in ((int, int)[])[(3, 5), (3, 10), (7, 10)])
        {
            FullGradient(layers, dimension);
            DiagonalGradient(layers, dimension);
            FullDiagonalGradient(layers, dimension);
        }

        HessianProduct();
        Nonlinear();
        Attention(new SoftmaxAttention());
        Attention(new ReluAttention());
        Console.WriteLine();
        Console.WriteLine("| random numbers | ns each |");
        Console.WriteLine("|---|---|");
        Numbers();

        void Row(string kernel, double operations, double bytes, double seconds, int prompts = BatchSize)
        {
            double floor = operations / peak * 1e9;
            double measured = seconds / prompts * 1e9;
            Console.WriteLine(FormattableString.Invariant(
                $"| {kernel} | {operations:0} | {bytes:0} | {floor:0} | {measured:0} | {floor / measured:P0} |"));
        }

        void Gram(int dimension, int contextLength, int prompts)
        {
            PromptBatch batch = Batch(dimension, prompts, contextLength);
            GramStatistics<float> statistics = new(prompts, dimension);
            int tokens = sizeof(float) * (((contextLength + 1) * dimension) + dimension);
            string length = contextLength == ContextLength ? "" : $", N = {contextLength}";
            Row($"Gram statistics from tokens, d = {dimension}{length}", Operations.OfGram(batch.Settings), tokens
                + (sizeof(float) * statistics.Layout.Stride), Timing.SecondsOf(() => statistics.Compute(batch)), prompts);
        }

        void Gradient(int layers, int dimension, int prompts)
        {
            LinearTransformerShape shape = new(layers, 1, dimension);
            GramStatistics<float> statistics = new(prompts, dimension);
            statistics.Compute(Batch(dimension, prompts));
            GramLoss<float> loss = new(shape);
            float[] parameters = Parameters(shape.ParameterCount, 0.01f);
            float[] gradient = new float[parameters.Length];
            Row(
                $"loss and gradient, d = {dimension}, L = {layers}",
                Operations.OfGradient(new GramPasses(shape, dimension == 5)),
                sizeof(float) * statistics.Layout.Stride,
                Timing.SecondsOf(() => loss.Evaluate(parameters, statistics, gradient)),
                prompts);
        }

        void FullGradient(int layers, int dimension)
            => Passes($"full matrices, loss and gradient, d = {dimension}, L = {layers}", new FullGramPasses(
                NonlinearRegressionShape.WithoutNetwork(layers, 1, dimension)));

        void DiagonalGradient(int layers, int dimension)
            => Passes($"diagonal matrices, loss and gradient, d = {dimension}, L = {layers}", new GramPasses(
                new LinearTransformerShape(layers, 1, dimension), dimension == 5, isDiagonal: true));

        void FullDiagonalGradient(int layers, int dimension)
            => Passes($"diagonal matrices that see labels, loss and gradient, d = {dimension}, L = {layers}", new FullDiagonalPasses(
                layers, dimension));

        void Passes(string kernel, IGramPassFactory passes)
        {
            int dimension = passes.Statistics.Dimension;
            int prompts = BatchSize / (dimension / 5) / (dimension / 5);
            GramStatistics<float> statistics = new(prompts, dimension, passes.Statistics.HasSquare);
            statistics.Compute(Batch(dimension, prompts));
            GramEvaluator<float> evaluator = new(passes, null, null);
            float[] parameters = Parameters(passes.ParameterCount, 0.01f);
            float[] gradient = new float[parameters.Length];
            Row(
                kernel,
                Operations.OfGradient(passes),
                sizeof(float) * statistics.Layout.Stride,
                Timing.SecondsOf(() => evaluator.Evaluate(parameters, statistics, gradient)),
                prompts);
        }

        void HessianProduct()
        {
            LinearTransformerShape shape = new(3, 1, 5);
            GramStatistics<float> statistics = new(BatchSize, 5);
            statistics.Compute(Batch(5, BatchSize));
            HessianVectorProduct<float> hessian = new(shape);
            float[] parameters = Parameters(shape.ParameterCount, 0.1f);
            float[] gradient = new float[parameters.Length];
            float[] product = new float[parameters.Length];
            Row(
                "Hessian-vector product, d = 5, L = 3",
                Operations.OfHessianProduct(new GramPasses(shape, knownDimension: true)),
                sizeof(float) * statistics.Layout.Stride,
                Timing.SecondsOf(() => hessian.Evaluate(parameters, statistics, parameters, gradient, product)));
        }

        void Nonlinear()
        {
            NonlinearRegressionShape shape = new(3, 1, 5, 30);
            NonlinearRegressionLoss<float> loss = new(shape);
            Tokens("nonlinear regression, 5 → 30 → 5, L = 3", shape.ParameterCount, new NonlinearRegressionLoss<float>.Passes(shape), loss);
        }

        void Attention(Activation activation)
        {
            LinearTransformerShape shape = new(3, 1, 5);
            AttentionLoss<float> loss = new(shape, activation);
            Tokens($"{activation.ToString().ToLowerInvariant()} attention, d = 5, L = 3", shape.ParameterCount,
                new AttentionLoss<float>.Passes(shape, activation, knownDimension: true), loss);
        }

        void Tokens(string kernel, int parameterCount, ITokenPassFactory passes, TokenLoss<float> loss)
        {
            TokenBundles<float> tokens = new(BatchSize, ContextLength, 5);
            tokens.Fill(Batch(5, BatchSize));
            float[] parameters = Parameters(parameterCount, 0.1f);
            float[] gradient = new float[parameterCount];
            Row(
                kernel,
                Operations.OfGradient(parameterCount, passes, ContextLength, 5),
                sizeof(float) * tokens.Stride,
                Timing.SecondsOf(() => loss.Evaluate(parameters, tokens, gradient)));
        }
    }

    private static unsafe void Numbers()
    {
        const int Count = 1 << 20;
        float[] numbers = new float[Count];
        TorchStream torch = new(0);
        NativeStream native = new(0);
        MersenneTwister twister = new(0);
        AlignedBuffer<uint> words = new(Count);
        Each("MT19937, words", () => twister.Fill(words.Pointer, Count));
        Each("torch stream, normals", () => torch.FillNormal(numbers));
        Each("torch stream, normals of a view", () => torch.FillNormalView(numbers));
        Each("native stream, normals", () => native.FillNormal(numbers));
        GC.KeepAlive(words);

        static void Each(string what, Action fill)
            => Console.WriteLine(FormattableString.Invariant($"| {what} | {Timing.SecondsOf(fill) / Count * 1e9:0.00} |"));
    }

    private static PromptBatch Batch(int dimension, int prompts, int contextLength = ContextLength)
    {
        PromptBatch batch = new(new() { BatchSize = prompts, ContextLength = contextLength, Dimension = dimension });

        // Numbers that lie in memory: reading them makes none.
        batch.Refresh(new TorchStream(1));
        return batch;
    }

    private static float[] Parameters(int count, float deviation)
    {
        float[] parameters = new float[count];
        new TorchStream(2).FillNormal(parameters, 0, deviation);
        return parameters;
    }
}
