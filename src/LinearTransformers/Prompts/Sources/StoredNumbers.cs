using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Laws;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// A tensor of a batch. Its first numbers may still be words of the torch stream: these are made normal as they are read, into the reader's
/// room, and stay words.
/// </summary>
internal sealed unsafe class StoredNumbers(int count)
{
    private const int Block = TorchGenerator.Block;

    private readonly AlignedBuffer<float> _memory = new((long)count + ReadingRoom.Padding);
    private int _words;

    /// <summary>All numbers, none of them words any more.</summary>
    public Span<float> Values
    {
        get
        {
            if (_words > 0)
            {
                BoxMuller.TransformBlocks((uint*)_memory.Pointer, _memory.Pointer, _words / Block, 0, 1);
                _words = 0;
            }

            return _memory.Span[..count];
        }
    }

    /// <summary>Takes the numbers from a stream, as one tensor: the entries of vectors of a law.</summary>
    public void Draw(IStream stream, VectorLaw law)
    {
        _words = 0;
        if (law.HasNormalEntries)
        {
            DrawNormal(stream);
        }
        else
        {
            law.FillEntries(stream, Values);
        }
    }

    /// <summary>Takes standard normal numbers from a stream, as one tensor.</summary>
    public void DrawNormal(IStream stream)
    {
        _words = 0;
        if (stream is TorchStream torch)
        {
            _words = torch.BeginNormal(Values);
        }
        else
        {
            stream.FillNormal(Values);
        }
    }

    /// <summary>
    /// Numbers from one place to another: in this memory where they lie there, and nobody writes to them, otherwise in a room.
    /// </summary>
    public float* Read(int begin, int end, ReadingRoom room, RoomPart part, bool isWrittenTo)
        => begin >= _words && !isWrittenTo ? _memory.Pointer + begin : Read(begin, end, room, part, 1);

    /// <summary>
    /// Numbers from one place to another, in a room, times a factor: to words it is the deviation that they are made normal with, which
    /// costs nothing and has the same bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float* Read(int begin, int end, ReadingRoom room, RoomPart part, float factor)
    {
        float* memory = _memory.Pointer;

        // Words are transformed in whole blocks.
        int first = begin / Block * Block;
        int last = Math.Clamp((end + Block - 1) / Block * Block, first, Math.Max(_words, first));
        float* numbers = room.Of(part, end - first + Block);
        if (last > first)
        {
            BoxMuller.TransformBlocks((uint*)memory + first, numbers, (last - first) / Block, 0, factor);
        }

        if (end > last)
        {
            Span<float> rest = new(numbers + (last - first), end - last);
            new ReadOnlySpan<float>(memory + last, end - last).CopyTo(rest);
            foreach (ref float number in factor == 1 ? default : rest)
            {
                number *= factor;
            }
        }

        return numbers + (begin - first);
    }
}
