using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>
/// Draws the prompts of a batch from the native stream, each from counters of its own: first the context, then the query, then the task vector. Blocks
/// of prompts go to different threads; the numbers do not depend on which.
/// </summary>
internal static unsafe class NativePrompts
{
    private const int NormalsAtOnce = 32;

    /// <summary>Standard normal covariates and task vectors.</summary>
    public static void DrawNormal(PromptBatch batch, NativeBatch from, WorkerTeam? team)
    {
        PromptSettings settings = batch.Settings;
        int d = settings.Dimension;
        int context = settings.ContextLength * d;
        PromptBlocks.For(settings.BatchSize, team, (begin, end) =>
        {
            float* numbers = stackalloc float[NormalsAtOnce];
            for (int b = begin; b < end; b++)
            {
                Span<float> x = new(batch.Context + ((long)b * batch.ContextStride), context);
                Span<float> query = new(batch.Queries + ((long)b * batch.QueryStride), d);
                Span<float> task = new(batch.Tasks + ((long)b * d), d);
                int total = context + (2 * d);
                for (int done = 0; done < total; done += NormalsAtOnce)
                {
                    Normals(from, (uint)b, (uint)(done / NormalsAtOnce), numbers);
                    for (int i = 0; i < Math.Min(NormalsAtOnce, total - done);)
                    {
                        int place = done + i;
                        Span<float> target = place < context ? x[place..] : place < context + d ? query[(place - context)..] : task[(place - context - d)..];
                        int count = Math.Min(target.Length, Math.Min(NormalsAtOnce, total - done) - i);
                        new ReadOnlySpan<float>(numbers + i, count).CopyTo(target);
                        i += count;
                    }
                }
            }
        });
        GC.KeepAlive(batch);
    }

    /// <summary>Multiplies every covariate's length by √γ, γ gamma of shape k and scale √(10/k), as the published mode gamma.</summary>
    public static void ScaleByGammas(PromptBatch batch, NativeBatch from, WorkerTeam? team)
    {
        PromptSettings settings = batch.Settings;
        int d = settings.Dimension;
        Vector256<float> scale = Vector256.Create((float)Math.Sqrt(10 / ((Covariates.GammaCovariates)settings.Covariates).ShapeK));
        PromptBlocks.For(settings.BatchSize, team, (begin, end) =>
        {
            for (int first = begin; first < end; first += SingleHalfLanes.Count)
            {
                LaneDraws draws = new(from, DrawDomain.Lengths, (uint)first);
                int prompts = Math.Min(SingleHalfLanes.Count, end - first);
                for (int n = 0; n <= settings.ContextLength; n++)
                {
                    Vector256<float> lengths = Vector256.Sqrt(scale * draws.Gamma(((Covariates.GammaCovariates)settings.Covariates).ShapeK));
                    for (int lane = 0; lane < prompts; lane++)
                    {
                        long b = first + lane;
                        float* x = n < settings.ContextLength ? batch.Context + (b * batch.ContextStride) + (n * d) : batch.Queries + (b * batch.QueryStride);
                        for (int i = 0; i < d; i++)
                        {
                            x[i] *= lengths[lane];
                        }
                    }
                }
            }
        });
        GC.KeepAlive(batch);
    }

    /// <summary>Thirty-two normals of a prompt: eight counters side by side.</summary>
    private static void Normals(NativeBatch from, uint prompt, uint block, float* numbers)
    {
        (uint c2, uint c3) = from.Counter(DrawDomain.Tokens);
        Vector256<uint> w0 = Vector256.Create(prompt);
        Vector256<uint> w1 = Vector256.Create(block * (uint)Vector256<uint>.Count) + Vector256<uint>.Indices;
        Vector256<uint> w2 = Vector256.Create(c2);
        Vector256<uint> w3 = Vector256.Create(c3);
        Philox.Block(from.Key, ref w0, ref w1, ref w2, ref w3);
        BoxMuller.Transform(w0, w1, w2, w3, out TwoEights even, out TwoEights odd);
        Vector256.Store(even.First, numbers);
        Vector256.Store(odd.First, numbers + 8);
        Vector256.Store(even.Second, numbers + 16);
        Vector256.Store(odd.Second, numbers + 24);
    }
}
