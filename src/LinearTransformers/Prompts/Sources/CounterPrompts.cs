using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Laws;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// A batch of the native stream, of which nothing is stored: each prompt is made as it is read, from counters of its own. Its normals are
/// first the context's, then the query's, then the task vector's.
/// </summary>
internal sealed unsafe class CounterPrompts(PromptParts parts) : PromptSource
{
    private const int NormalsAtOnce = 32;

    private NativeBatch _batch;
    private bool _isPlain;

    /// <summary>The next batch of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isPlain">Whether covariates are standard normal, whatever their law, as those of batches that are refreshed.</param>
    public void Draw(NativeStream stream, bool isPlain) => (_batch, _isPlain) = (stream.NextBatch(), isPlain);

    /// <inheritdoc/>
    public override PromptView Read(int begin, int end, ReadingRoom room)
    {
        int length = parts.PromptLength;
        int blocks = (length + parts.Dimension + NormalsAtOnce - 1) / NormalsAtOnce;
        int stride = blocks * NormalsAtOnce;
        float* prompts = room.Of(RoomPart.Context, (end - begin) * stride);
        for (int b = begin; b < end; b++)
        {
            for (int block = 0; block < blocks; block++)
            {
                Normals((uint)b, (uint)block, prompts + ((long)(b - begin) * stride) + (block * NormalsAtOnce));
            }
        }

        if (!_isPlain)
        {
            Make(parts.Covariates, parts.ContextLength + 1, prompts, DrawDomain.Entries, DrawDomain.Lengths);
        }

        Make(parts.Tasks, 1, prompts + length, DrawDomain.TaskEntries, DrawDomain.TaskLengths);
        return parts.ViewOfWhole(end - begin, prompts, stride, prompts + length, stride);

        void Make(VectorLaw law, int vectors, float* entries, DrawDomain ofEntries, DrawDomain ofFactors)
        {
            if (!law.HasNormalEntries)
            {
                for (int b = begin; b < end; b++)
                {
                    Span<float> ofPrompt = new(entries + ((long)(b - begin) * stride), vectors * parts.Dimension);
                    law.FillEntries(new PromptDraws(_batch, ofEntries, (uint)b), ofPrompt);
                }
            }

            if (law.IsShaped)
            {
                float* factors = Factors(law, vectors, ofFactors, begin, end, room);
                Shaping.Shape(law, end - begin, vectors, parts.Dimension, entries, stride, factors, vectors * law.FactorCount);
            }
        }
    }

    /// <summary>
    /// The factors of some prompts' vectors, drawn for eight prompts side by side: those from a multiple of eight on, whichever are asked
    /// for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Factors(VectorLaw law, int vectors, DrawDomain domain, int begin, int end, ReadingRoom room)
    {
        int count = vectors * law.FactorCount;
        float* factors = room.Of(RoomPart.Factors, (end - begin) * count);
        float* lanes = room.Of(RoomPart.LanesOfFactors, count * SideBySideDraws.Prompts);
        int first = begin / SideBySideDraws.Prompts * SideBySideDraws.Prompts;
        for (; first < end && count > 0; first += SideBySideDraws.Prompts)
        {
            law.DrawFactors(new SideBySideDraws(_batch, domain, (uint)first), new Span<float>(lanes, count * SideBySideDraws.Prompts));
            for (int b = Math.Max(begin, first); b < Math.Min(end, first + SideBySideDraws.Prompts); b++)
            {
                float* ofPrompt = factors + ((b - begin) * count);
                for (int i = 0; i < count; i++)
                {
                    ofPrompt[i] = lanes[(i * SideBySideDraws.Prompts) + (b - first)];
                }
            }
        }

        return factors;
    }

    /// <summary>Thirty-two normals of a prompt: eight counters side by side.</summary>
    /// <remarks>Not to be inlined: it would pass the JIT's budget for what is inlined into it.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Normals(uint prompt, uint block, float* numbers)
    {
        (uint c2, uint c3) = _batch.Counter(DrawDomain.Tokens);
        Vector256<uint> w0 = Vector256.Create(prompt);
        Vector256<uint> w1 = Vector256.Create(block * (uint)Vector256<uint>.Count) + Vector256<uint>.Indices;
        Vector256<uint> w2 = Vector256.Create(c2);
        Vector256<uint> w3 = Vector256.Create(c3);
        Philox.Block(_batch.Key, ref w0, ref w1, ref w2, ref w3);
        BoxMuller.Transform(w0, w1, w2, w3, out TwoEights even, out TwoEights odd);
        Vector256.Store(even.First, numbers);
        Vector256.Store(odd.First, numbers + 8);
        Vector256.Store(even.Second, numbers + 16);
        Vector256.Store(odd.Second, numbers + 24);
    }
}
