using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Sources;

/// <summary>Prompts as they were read, all their numbers in memory.</summary>
internal sealed unsafe class StoredPrompts(int count, int contextLength, int dimension)
{
    private readonly AlignedBuffer<float> _context = new(((long)count * contextLength * dimension) + ReadingRoom.Padding);
    private readonly AlignedBuffer<float> _queries = new(((long)count * dimension) + ReadingRoom.Padding);
    private readonly AlignedBuffer<float> _tasks = new(((long)count * dimension) + ReadingRoom.Padding);
    private AlignedBuffer<float>? _labels;
    private AlignedBuffer<float>? _noise;
    private AlignedBuffer<float>? _deviations;

    /// <summary>Stores prompts.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="first">The number of the first of them.</param>
    public void Store(in PromptView prompts, int first)
    {
        for (int p = 0; p < prompts.Count; p++)
        {
            int place = first + p;
            Copy(prompts.Context + ((long)p * prompts.ContextStride), _context, place, contextLength * dimension);
            Copy(prompts.Queries + ((long)p * prompts.QueryStride), _queries, place, dimension);
            Copy(prompts.Tasks + ((long)p * prompts.TaskStride), _tasks, place, dimension);
            if (prompts.Labels is not null)
            {
                _labels ??= new(((long)count * (contextLength + 1)) + ReadingRoom.Padding);
                Copy(prompts.Labels + ((long)p * prompts.LabelStride), _labels, place, prompts.LabelStride);
            }

            if (prompts.Noise is not null)
            {
                _noise ??= new(((long)count * contextLength) + ReadingRoom.Padding);
                Copy(prompts.Noise + ((long)p * contextLength), _noise, place, contextLength);
            }

            if (prompts.Deviations is not null)
            {
                _deviations ??= new((long)count + ReadingRoom.Padding);
                Copy(prompts.Deviations + p, _deviations, place, 1);
            }
        }
    }

    /// <summary>Some prompts, one behind the other in a room.</summary>
    /// <param name="chosen">Their numbers.</param>
    /// <param name="room">The reader's own.</param>
    public PromptView Read(ReadOnlySpan<int> chosen, ReadingRoom room)
    {
        int length = contextLength * dimension;
        return new()
        {
            Count = chosen.Length,
            ContextLength = contextLength,
            Dimension = dimension,
            Context = Gather(_context, chosen, length, room, RoomPart.Context),
            ContextStride = length,
            Queries = Gather(_queries, chosen, dimension, room, RoomPart.Queries),
            QueryStride = dimension,
            Tasks = Gather(_tasks, chosen, dimension, room, RoomPart.Tasks),
            TaskStride = dimension,
            Labels = _labels is null ? null : Gather(_labels, chosen, contextLength + 1, room, RoomPart.Labels),
            Noise = _noise is null ? null : Gather(_noise, chosen, contextLength, room, RoomPart.Noise),
            Deviations = _deviations is null ? null : Gather(_deviations, chosen, 1, room, RoomPart.NoiseDeviations),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float* Gather(AlignedBuffer<float> from, ReadOnlySpan<int> chosen, int length, ReadingRoom room, RoomPart part)
    {
        float* numbers = room.Of(part, chosen.Length * length);
        for (int i = 0; i < chosen.Length; i++)
        {
            new ReadOnlySpan<float>(from.Pointer + ((long)chosen[i] * length), length).CopyTo(new(numbers + ((long)i * length), length));
        }

        return numbers;
    }

    private static void Copy(float* from, AlignedBuffer<float> to, int place, int length)
        => new ReadOnlySpan<float>(from, length).CopyTo(new(to.Pointer + ((long)place * length), length));
}
