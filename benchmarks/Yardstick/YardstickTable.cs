using LinearTransformers.Activations;
using LinearTransformers.Benchmarks.PyTorch;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.Yardstick;

/// <summary>The stages of an iteration of the torch stream beside the same in C++, on one core.</summary>
internal static unsafe class YardstickTable
{
    private const int BatchSize = 4000;
    private const int ContextLength = 20;
    private const int Dimension = 5;
    private const int Layers = 3;
    private const int Hidden = 30;
    private const int Lanes = 16;
    private const int Bundles = BatchSize / Lanes;
    private const int Numbers = ((ContextLength + 1) * Dimension) + Dimension;
    private const int State = MersenneTwister.StateLength;
    private const int WordBlocks = (BatchSize * Numbers / State) + 1;

    private delegate double TokenYardstick(float* tokens, float* parameters, float* gradient);

    /// <summary>Prints the table; the exit code.</summary>
    public static int Print()
    {
        if (YardstickLibrary.Build(out string reason) is not { } library)
        {
            Console.WriteLine($"There is no yardstick here: {reason}.");
            return 0;
        }

        Console.WriteLine(
            $"One core, nanoseconds a prompt, the best call of each in turns; d = {Dimension}, N = {ContextLength}, B = {BatchSize}, "
                + $"L = {Layers} where nothing else is said.");
        Console.WriteLine();
        Console.WriteLine("| stage | here | C++ | ratio | largest difference |");
        Console.WriteLine("|---|---|---|---|---|");
        AlignedBuffer<uint> words = new(WordBlocks * (long)State);
        AlignedBuffer<float> normals = new(words.Length);
        Words(library, words);
        Normals(library, words, normals);
        Statistics(library);
        foreach (int dimension in (int[])[5, 10, 64])
        {
            Gradient(library, dimension);
        }

        Nonlinear(library);
        Attention(library);
        Iteration(library, words, normals);
        GC.KeepAlive(words);
        GC.KeepAlive(normals);
        return 0;
    }

    private static void Words(YardstickLibrary library, AlignedBuffer<uint> words)
    {
        MersenneTwister ours = new(1);
        void* theirs = library.NewEngine(1);
        uint[] first = new uint[3 * State];
        fixed (uint* pointer = first)
        {
            ours.Fill(pointer, first.Length);
            library.Words(theirs, words.Pointer, 3);
        }

        double difference = words.Span[..first.Length].SequenceEqual(first) ? 0 : double.PositiveInfinity;
        Row("words of MT19937", BatchSize, difference,
            () => ours.Fill(words.Pointer, WordBlocks * State), () => library.Words(theirs, words.Pointer, WordBlocks));

        // As an iteration takes them: tensor after tensor, not in whole states.
        Row("words, tensor by tensor", BatchSize, difference,
            () =>
            {
                ours.Fill(words.Pointer, BatchSize * Dimension);
                ours.Fill(words.Pointer, BatchSize * ContextLength * Dimension);
                ours.Fill(words.Pointer, BatchSize * Dimension);
            },
            () => library.Words(theirs, words.Pointer, WordBlocks));
    }

    private static void Normals(YardstickLibrary library, AlignedBuffer<uint> words, AlignedBuffer<float> normals)
    {
        // Sixteen prompts at a time, as they are read.
        const int Blocks = Numbers;
        AlignedBuffer<float> theirs = new(Blocks * 16);
        BoxMuller.TransformBlocks(words.Pointer, normals.Pointer, Blocks, 0, 1);
        library.Normals(words.Pointer, theirs.Pointer, Blocks);
        double difference = Difference(normals.Span[..(Blocks * 16)], theirs.Span);
        Row("normals", BatchSize, difference,
            () => EachBundle(b => BoxMuller.TransformBlocks(words.Pointer + (b * Blocks * 16), normals.Pointer, Blocks, 0, 1)),
            () => EachBundle(b => library.Normals(words.Pointer + (b * Blocks * 16), theirs.Pointer, Blocks)));
        GC.KeepAlive(theirs);
    }

    private static void Statistics(YardstickLibrary library)
    {
        PromptBatch batch = Batch(Dimension, BatchSize);
        GramStatistics<float> ours = new(BatchSize, Dimension);
        AlignedBuffer<float> theirs = new((long)Bundles * Lanes * ours.Layout.Stride);
        Prompts.Reading.ReadingRoom room = new();
        Prompts.Reading.PromptView view = batch.Read(0, BatchSize, room);
        float* context = view.Context;
        float* tasks = view.Tasks;
        long stride = view.ContextStride;
        void Build() => library.Statistics(context, stride, tasks, ContextLength, Bundles, theirs.Pointer);
        ours.Compute(batch);
        Build();
        Row("statistics from tokens", BatchSize, Difference(new(ours.Pointer, (int)theirs.Length), theirs.Span),
            () => ours.Compute(batch), Build);
        GC.KeepAlive(room);
        GC.KeepAlive(batch);
        GC.KeepAlive(theirs);
    }

    private static void Gradient(YardstickLibrary library, int dimension)
    {
        int prompts = dimension == Dimension ? BatchSize : dimension <= 10 ? 960 : 32;
        LinearTransformerShape shape = new(Layers, 1, dimension);
        GramStatistics<float> statistics = new(prompts, dimension);
        statistics.Compute(Batch(dimension, prompts));
        GramLoss<float> loss = new(shape);
        float[] parameters = new float[shape.ParameterCount];
        new TorchStream(2).FillNormal(parameters, 0, 0.01f);
        float[] ours = new float[parameters.Length];
        float[] theirs = new float[parameters.Length];
        delegate* unmanaged<float*, int, float*, float*, double> gradient = library.Gradient(dimension);
        void Evaluate()
        {
            fixed (float* p = parameters, g = theirs)
            {
                gradient(statistics.Pointer, prompts / Lanes, p, g);
            }
        }

        loss.Evaluate(parameters, statistics, ours);
        Evaluate();
        Row(FormattableString.Invariant($"loss and gradient, d = {dimension}"), prompts, Difference(ours, theirs),
            () => loss.Evaluate(parameters, statistics, ours), Evaluate);
        GC.KeepAlive(statistics);
    }

    private static void Nonlinear(YardstickLibrary library)
    {
        NonlinearRegressionShape shape = new(Layers, 1, Dimension, Hidden);
        NonlinearRegressionLoss<float> loss = new(shape);
        Tokens("nonlinear regression, loss and gradient", loss, shape.ParameterCount, (tokens, parameters, gradient)
            => library.Nonlinear(tokens, ContextLength, Bundles, Hidden, parameters, gradient));
    }

    private static void Attention(YardstickLibrary library)
    {
        LinearTransformerShape shape = new(Layers, 1, Dimension);
        AttentionLoss<float> loss = new(shape, new SoftmaxAttention());
        Tokens("softmax attention, loss and gradient", loss, shape.ParameterCount, (tokens, parameters, gradient)
            => library.Attention(tokens, ContextLength, Bundles, parameters, gradient));
    }

    private static void Tokens(string stage, TokenLoss<float> loss, int parameterCount, TokenYardstick yardstick)
    {
        TokenBundles<float> tokens = new(BatchSize, ContextLength, Dimension);
        tokens.Fill(Batch(Dimension, BatchSize));
        float[] parameters = new float[parameterCount];
        new TorchStream(2).FillNormal(parameters, 0, 0.1f);
        float[] ours = new float[parameterCount];
        float[] theirs = new float[parameterCount];
        double ourLoss = loss.Evaluate(parameters, tokens, ours);
        double theirLoss = Evaluate();
        double difference = Math.Max(Difference(ours, theirs), Math.Abs(ourLoss - theirLoss) / ourLoss);
        Row(stage, BatchSize, difference, () => loss.Evaluate(parameters, tokens, ours), () => Evaluate());
        GC.KeepAlive(tokens);

        double Evaluate()
        {
            fixed (float* p = parameters, g = theirs)
            {
                return yardstick(tokens.Pointer, p, g);
            }
        }
    }

    /// <summary>All of it: the library trains, C++ does the stages one after another.</summary>
    private static void Iteration(YardstickLibrary library, AlignedBuffer<uint> words, AlignedBuffer<float> normals)
    {
        using OurIteration ours = new(StreamKind.Torch, BatchSize, 1);
        LinearTransformerShape shape = new(Layers, 1, Dimension);
        float[] parameters = new float[shape.ParameterCount];
        float[] gradient = new float[parameters.Length];
        GramStatistics<float> statistics = new(BatchSize, Dimension);
        int stride = statistics.Layout.Stride * Lanes;
        void* engine = library.NewEngine(1);
        Row("whole iteration", BatchSize, 0, ours.Next, () =>
        {
            library.Words(engine, words.Pointer, WordBlocks);
            EachBundle(b =>
            {
                library.Normals(words.Pointer + (b * Numbers * Lanes), normals.Pointer, Numbers);
                library.Statistics(
                    normals.Pointer, Numbers, normals.Pointer + (Lanes * (Numbers - Dimension)), ContextLength, 1,
                    statistics.Pointer + (b * stride));
            });
            fixed (float* p = parameters, g = gradient)
            {
                library.Gradient(Dimension)(statistics.Pointer, Bundles, p, g);
            }
        });
        GC.KeepAlive(statistics);
    }

    private static void EachBundle(Action<int> action)
    {
        for (int b = 0; b < Bundles; b++)
        {
            action(b);
        }
    }

    private static void Row(string stage, int prompts, double difference, Action ours, Action theirs)
    {
        (double here, double there) = Contest.Seconds(ours, theirs);
        Console.WriteLine(FormattableString.Invariant(
            $"| {stage} | {here / prompts * 1e9:0.0} | {there / prompts * 1e9:0.0} | {here / there:0.00} | {difference:0.0e+0} |"));
    }

    /// <summary>The largest difference, as a share of the largest number.</summary>
    private static double Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a[i]));
            difference = Math.Max(difference, Math.Abs(a[i] - b[i]));
        }

        return difference / largest;
    }

    private static PromptBatch Batch(int dimension, int prompts)
    {
        PromptBatch batch = new(new() { BatchSize = prompts, ContextLength = ContextLength, Dimension = dimension });

        // Numbers that lie in memory: reading them makes none.
        batch.Refresh(new TorchStream(1));
        return batch;
    }
}
