using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// The noise of a batch's labels, σ ε for each example of each context. In a stream's order it comes behind everything else of the batch:
/// the σ of all prompts, where they differ, then ε as one tensor [B, N]. The native stream has counters of its own for both.
/// </summary>
internal sealed unsafe class LabelNoise(PromptParts parts)
{
    private readonly PromptFactors _deviations = new(parts.BatchSize, 1, parts.Noise.FillDeviations, DrawDomain.NoiseDeviations);
    private StoredNumbers? _stored;
    private NativeBatch? _batch;

    /// <summary>That of the batch that a stream has just been drawn for.</summary>
    public void Draw(IStream stream)
    {
        if (stream is NativeStream native)
        {
            _batch = native.LastBatch;
            _deviations.Draw(native.LastBatch);
            return;
        }

        _batch = null;
        _deviations.Draw(stream);
        _stored ??= new(parts.BatchSize * parts.ContextLength);
        _stored.DrawNormal(stream);
    }

    /// <summary>The prompts with their noise: in their labels, if they have any, otherwise beside them.</summary>
    public PromptView Add(in PromptView prompts, int begin, int end, ReadingRoom room)
    {
        float* deviations = _deviations.Read(begin, end, room, RoomPart.NoiseDeviations);
        float* noise = Read(begin, end, deviations, room);
        if (prompts.Labels is null)
        {
            return prompts with { Noise = noise, Deviations = deviations };
        }

        int stride = prompts.LabelStride;
        float* labels = room.Of(RoomPart.NoisyLabels, prompts.Count * stride);
        for (int p = 0; p < prompts.Count; p++)
        {
            for (int n = 0; n < stride; n++)
            {
                float label = prompts.Labels[((long)p * stride) + n];
                labels[(p * stride) + n] = n < prompts.ContextLength ? label + noise[(p * prompts.ContextLength) + n] : label;
            }
        }

        return prompts with { Labels = labels, Deviations = deviations };
    }

    /// <summary>That of some prompts, N numbers for each.</summary>
    private float* Read(int begin, int end, float* deviations, ReadingRoom room)
    {
        int length = parts.ContextLength;
        bool isCommon = new ReadOnlySpan<float>(deviations, end - begin).IndexOfAnyExcept(*deviations) < 0;
        if (_batch is null && isCommon)
        {
            return _stored!.Read(begin * length, end * length, room, RoomPart.Noise, *deviations);
        }

        float* noise = _batch is { } batch
            ? Make(batch, begin, end, room)
            : _stored!.Read(begin * length, end * length, room, RoomPart.Noise, isWrittenTo: true);
        Scale(noise, length, deviations, end - begin);
        return noise;
    }

    /// <summary>The numbers of each prompt times its σ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* numbers, int ofPrompt, float* deviations, int prompts)
    {
        for (float* end = deviations + prompts; deviations < end; deviations++)
        {
            int n = 0;
            for (; n + Vector128<float>.Count <= ofPrompt; n += Vector128<float>.Count, numbers += Vector128<float>.Count)
            {
                Vector128.Store(Vector128.Load(numbers) * Vector128.Create(*deviations), numbers);
            }

            for (; n < ofPrompt; n++, numbers++)
            {
                *numbers *= *deviations;
            }
        }
    }

    private float* Make(NativeBatch batch, int begin, int end, ReadingRoom room)
    {
        // Each prompt's numbers are made in whole blocks; those beyond its last are written over by the next prompt's.
        int length = parts.ContextLength;
        float* noise = room.Of(RoomPart.Noise, ((end - begin) * length) + CounterNormals.AtOnce);
        for (int b = begin; b < end; b++)
        {
            for (int block = 0; block * CounterNormals.AtOnce < length; block++)
            {
                CounterNormals.Fill(
                    batch, DrawDomain.Noise, (uint)b, (uint)block, noise + ((long)(b - begin) * length) + (block * CounterNormals.AtOnce));
            }
        }

        return noise;
    }
}
