using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>Draws factors, any number of them, each alike.</summary>
internal delegate void FactorDraw(IDraws draws, Span<float> factors);

/// <summary>
/// Numbers that each prompt of a batch has a few of: drawn from a stream one after another and kept, or made of the native stream's
/// counters
/// as they are read.
/// </summary>
/// <param name="batchSize">B.</param>
/// <param name="ofPrompt">Numbers of a prompt.</param>
/// <param name="draw">How they are drawn.</param>
/// <param name="domain">What they are for.</param>
internal sealed unsafe class PromptFactors(int batchSize, int ofPrompt, FactorDraw draw, DrawDomain domain)
{
    private AlignedBuffer<float>? _stored;
    private NativeBatch? _batch;

    /// <summary>Takes them from a stream, prompt after prompt.</summary>
    public void Draw(IStream stream)
    {
        _batch = null;
        _stored ??= new(((long)batchSize * ofPrompt) + ReadingRoom.Padding);
        draw(stream, _stored.Span[..(batchSize * ofPrompt)]);
    }

    /// <summary>Those of a batch of the native stream, to be made as they are read.</summary>
    public void Draw(NativeBatch batch) => _batch = batch;

    /// <summary>Those of some prompts, one prompt's behind the other's.</summary>
    public float* Read(int begin, int end, ReadingRoom room, RoomPart part) => _batch is { } batch
        ? CounterFactors.Read(batch, domain, ofPrompt, draw, begin, end, room, part)
        : _stored!.Pointer + ((long)begin * ofPrompt);
}
