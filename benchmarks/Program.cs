using System.Diagnostics;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

LinearTransformerShape shape = new(3, 1, 5);
TorchStream stream = new(0);
float[] p = LinearTransformer.Initialize(shape, stream, 0.3f);
float[] g = new float[p.Length];
PromptBatch batch = new(new() { BatchSize = 4000, ContextLength = 20, Dimension = 5 });
GramStatistics<float> gram = new(4000, 5);
InContextLoss<float> loss = new(shape);
for (int r = 0; r < 5; r++)
{
    int n = 300;
    long t0 = Stopwatch.GetTimestamp();
    for (int i = 0; i < n; i++) batch.Draw(stream);
    long t1 = Stopwatch.GetTimestamp();
    for (int i = 0; i < n; i++) gram.Compute(batch);
    long t2 = Stopwatch.GetTimestamp();
    for (int i = 0; i < n; i++) loss.Evaluate(p, gram, g);
    long t3 = Stopwatch.GetTimestamp();
    for (int i = 0; i < n; i++) loss.Evaluate(p, gram);
    long t4 = Stopwatch.GetTimestamp();
    double us = 1e6 / Stopwatch.Frequency / n;
    Console.WriteLine($"draw {(t1 - t0) * us:F0} gram {(t2 - t1) * us:F0} grad {(t3 - t2) * us:F0} loss {(t4 - t3) * us:F0} us");
}
