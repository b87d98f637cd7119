using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts.Reading;

/// <summary>What a part of a <see cref="ReadingRoom"/> is for.</summary>
internal enum RoomPart
{
    Context,
    Queries,
    Tasks,
    Factors,
    LanesOfFactors,
    MappedContext,
    MappedQueries,
    MappedTasks,
    Labels,
    NoisyLabels,
    Noise,
    NoiseDeviations,
    Scales,
    ScaledContext,
    ScaledQueries,
    ScaledTasks,
}

/// <summary>
/// A reader's own room, for numbers that are made as they are read; kept from one reading to the next. Small where few prompts are read at
/// a time: sixteen of them usually stay in the first-level cache.
/// </summary>
internal sealed class ReadingRoom
{
    /// <summary>Prompts that are best read at a time.</summary>
    public const int Prompts = 16;

    /// <summary>Vectors may be read past the end of the last prompt.</summary>
    public const int Padding = 16;

    private readonly AlignedBuffer<float>?[] _parts = new AlignedBuffer<float>?[Enum.GetValues<RoomPart>().Length];

    /// <summary>Room for so many numbers, and some behind them; what was in it is lost where it has to grow.</summary>
    public unsafe float* Of(RoomPart part, int numbers)
    {
        ref AlignedBuffer<float>? buffer = ref _parts[(int)part];
        if (buffer is null || buffer.Length < numbers + Padding)
        {
            buffer = new(numbers + Padding);
        }

        return buffer.Pointer;
    }
}
