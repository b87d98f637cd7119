using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>Task vectors of eight prompts of the native stream, side by side, of any law.</summary>
internal static unsafe class LaneTasks
{
    /// <summary>Makes task vectors of normal entries.</summary>
    /// <param name="law">Their law.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="prompt">The first prompt.</param>
    /// <param name="task">The entries; receives the vectors.</param>
    /// <param name="d">d.</param>
    /// <param name="room">The reader's own.</param>
    public static void Make(TaskLaw law, NativeBatch batch, int prompt, SingleHalfLanes* task, int d, ReadingRoom room)
    {
        int lanes = SingleHalfLanes.Count;
        float* vectors = room.Of(RoomPart.Tasks, lanes * d);
        for (int lane = 0; lane < lanes; lane++)
        {
            Span<float> vector = new(vectors + (lane * d), d);
            if (!law.HasNormalEntries)
            {
                law.FillEntries(new PromptDraws(batch, DrawDomain.TaskEntries, (uint)(prompt + lane)), vector);
                continue;
            }

            for (int i = 0; i < d; i++)
            {
                vector[i] = ((float*)(task + i))[lane];
            }
        }

        if (law.IsShaped)
        {
            int count = law.FactorCount;
            float* factors = CounterFactors.Read(
                batch, DrawDomain.TaskLengths, count, law.DrawFactors, prompt, prompt + lanes, room, RoomPart.Factors);
            law.ShapeAll(new Span<float>(vectors, lanes * d), new ReadOnlySpan<float>(factors, lanes * count), d);
        }

        for (int i = 0; i < lanes * d; i++)
        {
            ((float*)(task + (i % d)))[i / d] = vectors[i];
        }
    }
}
