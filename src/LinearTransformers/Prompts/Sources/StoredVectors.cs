using LinearTransformers.Prompts.Laws;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>Vectors of one law that a stream has been drawn from, the same number of them for each prompt, prompt after prompt.</summary>
internal sealed unsafe class StoredVectors(int batchSize, int ofPrompt, int dimension, VectorLaw law)
{
    private readonly StoredNumbers _entries = new(batchSize * ofPrompt * dimension);
    private float[] _factors = [];
    private bool _isShaped;

    /// <summary>From one prompt's vectors to the next one's.</summary>
    public int Stride => ofPrompt * dimension;

    /// <summary>Draws entries.</summary>
    public void DrawEntries(IStream stream)
    {
        _entries.Draw(stream, law);
        _isShaped = !law.IsShaped;
    }

    /// <summary>Draws factors.</summary>
    public void DrawFactors(IStream stream)
    {
        if (law.FactorCount > 0)
        {
            Array.Resize(ref _factors, batchSize * ofPrompt * law.FactorCount);
            law.DrawFactors(stream, _factors);
        }
    }

    /// <summary>All entries, to be given other values than drawn ones: they are the vectors then.</summary>
    public Span<float> Values
    {
        get
        {
            _isShaped = true;
            return _entries.Values;
        }
    }

    /// <summary>Shapes all vectors for good.</summary>
    public Span<float> Shape()
    {
        Span<float> values = _entries.Values;
        if (!_isShaped)
        {
            fixed (float* entries = values, factors = _factors)
            {
                Shaping.Shape(law, batchSize, ofPrompt, dimension, entries, Stride, factors, ofPrompt * law.FactorCount);
            }

            _isShaped = true;
        }

        return values;
    }

    /// <summary>The vectors of some prompts.</summary>
    public float* Read(int begin, int end, ReadingRoom room, RoomPart part)
    {
        float* vectors = _isShaped || law.ReadsEntries
            ? _entries.Read(begin * Stride, end * Stride, room, part, !_isShaped)
            : room.Of(part, (end - begin) * Stride);
        if (!_isShaped)
        {
            int count = ofPrompt * law.FactorCount;
            fixed (float* factors = _factors)
            {
                Shaping.Shape(law, end - begin, ofPrompt, dimension, vectors, Stride, factors + ((long)begin * count), count);
            }
        }

        return vectors;
    }
}
