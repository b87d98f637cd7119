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
        int blocks = (length + parts.Dimension + CounterNormals.AtOnce - 1) / CounterNormals.AtOnce;
        int stride = blocks * CounterNormals.AtOnce;
        float* prompts = room.Of(RoomPart.Context, (end - begin) * stride);
        for (int b = begin; b < end; b++)
        {
            for (int block = 0; block < blocks; block++)
            {
                CounterNormals.Fill(
                    _batch, DrawDomain.Tokens, (uint)b, (uint)block,
                    prompts + ((long)(b - begin) * stride) + (block * CounterNormals.AtOnce));
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
                int count = vectors * law.FactorCount;
                float* factors =
                    CounterFactors.Read(_batch, ofFactors, count, law.DrawFactors, begin, end, room, RoomPart.Factors);
                Shaping.Shape(law, end - begin, vectors, parts.Dimension, entries, stride, factors, count);
            }
        }
    }
}
