using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

namespace LinearTransformers.Benchmarks.Floors;

internal static class FloorTable
{
    public static void Print()
    {
        double peak = PeakRate.Measure();
        Console.WriteLine($"peak {peak / 1e9:0.0} GFMA/s a core");
        TorchStream stream = new(0);
        float[] normals = new float[1 << 20];
        Show("normals (ns each)", Timing.SecondsOf(() => stream.FillNormal(normals)) / normals.Length * 1e9);
        Show("uniforms (ns each)", Timing.SecondsOf(() => stream.FillUniform(normals, 0, 1)) / normals.Length * 1e9);
        unsafe
        {
            MersenneTwister twister = new(1);
            LinearTransformers.Numerics.AlignedBuffer<uint> draws = new(1 << 20);
            Show("MT19937 (ns each)", Timing.SecondsOf(() => twister.Fill(draws.Pointer, 1 << 20)) / (1 << 20) * 1e9);
            LinearTransformers.Numerics.AlignedBuffer<float> n = new(1 << 20);
            Show("Box-Muller (ns each)", Timing.SecondsOf(() => BoxMuller.TransformBlocks(draws.Pointer, n.Pointer, 1 << 16, 0, 1)) / (1 << 20) * 1e9);
            Show("Box-Muller 1k (ns each)", Timing.SecondsOf(() => BoxMuller.TransformBlocks(draws.Pointer, n.Pointer, 1 << 6, 0, 1)) / (1 << 10) * 1e9);
        }

        PromptBatch batch = new(new() { BatchSize = 4000, ContextLength = 20, Dimension = 5 });
        Show("draw 4000 (us)", Timing.SecondsOf(() => batch.Draw(stream)) * 1e6);
        GramStatistics<float> statistics = new(4000, 5);
        Show("gram 4000 (us)", Timing.SecondsOf(() => statistics.Compute(batch)) * 1e6);
        LinearTransformerShape shape = new(3, 1, 5);
        float[] p = LinearTransformer.Initialize(shape, stream, 0.3f);
        float[] g = new float[p.Length];
        InContextLoss<float> loss = new(shape);
        Show("loss+gradient 4000 (us)", Timing.SecondsOf(() => loss.Evaluate(p, statistics, g)) * 1e6);
        HessianVectorProduct<float> hvp = new(shape);
        float[] v = new float[p.Length];
        Show("hvp 4000 (us)", Timing.SecondsOf(() => hvp.Evaluate(p, statistics, p, g, v)) * 1e6);
        TokenBundles<float> tokens = new(4000, 20, 5);
        Show("tokens 4000 (us)", Timing.SecondsOf(() => tokens.Fill(batch)) * 1e6);
        AttentionLoss<float> softmax = new(shape, Activation.Softmax);
        Show("softmax 4000 (us)", Timing.SecondsOf(() => softmax.Evaluate(p, tokens, g)) * 1e6);
        NonlinearRegressionShape ns = new(3, 1, 5, 30);
        float[] np = new float[ns.ParameterCount];
        stream.FillNormal(np, 0, 0.1f);
        float[] ng = new float[np.Length];
        NonlinearLoss<float> nl = new(ns);
        Show("nonlinear 4000 (us)", Timing.SecondsOf(() => nl.Evaluate(np, tokens, ng)) * 1e6);

        BatchLoss<float> bl = BatchLoss<float>.Of(ns);
        PromptBatch b2 = new(new() { BatchSize = 2000, ContextLength = 20, Dimension = 5 });
        b2.Draw(stream);
        bl.Load(b2);
        double[] diag = new double[np.Length];
        long t0 = System.Diagnostics.Stopwatch.GetTimestamp();
        bl.HessianDiagonal(np, diag);
        t0 = System.Diagnostics.Stopwatch.GetTimestamp();
        bl.HessianDiagonal(np, diag);
        Show("nonlinear diagonal 2000 (ms)", System.Diagnostics.Stopwatch.GetElapsedTime(t0).TotalMilliseconds);

        PromptBatch b3 = new(new() { BatchSize = 2000, ContextLength = 20, Dimension = 5, Features = FeatureNetwork.Draw(stream, 5, 10, 5) });
        Show("draw features 2000 (us)", Timing.SecondsOf(() => b3.Draw(stream)) * 1e6);
        TokenBundles<float> tb3 = new(2000, 20, 5);
        Show("fill features 2000 (us)", Timing.SecondsOf(() => tb3.Fill(b3)) * 1e6);
        Show("draw 2000 (us)", Timing.SecondsOf(() => b2.Draw(stream)) * 1e6);

        static void Show(string what, double value) => Console.WriteLine($"{what,-30} {value:0.000}");
    }
}
