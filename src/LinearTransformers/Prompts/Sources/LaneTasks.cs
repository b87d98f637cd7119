using System.Runtime.CompilerServices;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Make(TaskLaw law, NativeBatch batch, int prompt, SingleHalfLanes* task, int d, ReadingRoom room)
    {
        int lanes = SingleHalfLanes.Count;
        int count = law.FactorCount;
        float* factorLanes = room.Of(RoomPart.LanesOfFactors, lanes * count);
        if (count > 0)
        {
            law.DrawFactors(
                new SideBySideDraws(batch, DrawDomain.TaskLengths, (uint)prompt), new Span<float>(factorLanes, lanes * count));
        }

        if (law.HasNormalEntries && law.TryShapeLanes(task, (SingleHalfLanes*)factorLanes, d))
        {
            return;
        }

        float* vectors = room.Of(RoomPart.Tasks, lanes * d);
        for (int lane = 0; lane < lanes && !law.HasNormalEntries; lane++)
        {
            law.FillEntries(
                new PromptDraws(batch, DrawDomain.TaskEntries, (uint)(prompt + lane)), new Span<float>(vectors + (lane * d), d));
        }

        for (int i = 0; i < d && law.HasNormalEntries; i++)
        {
            float* entries = (float*)(task + i);
            for (int lane = 0; lane < lanes; lane++)
            {
                vectors[(lane * d) + i] = entries[lane];
            }
        }

        if (law.IsShaped)
        {
            float* factors = room.Of(RoomPart.Factors, lanes * count);
            for (int i = 0; i < lanes * count; i++)
            {
                factors[(i % lanes * count) + (i / lanes)] = factorLanes[i];
            }

            law.ShapeAll(new Span<float>(vectors, lanes * d), new ReadOnlySpan<float>(factors, lanes * count), d);
        }

        for (int i = 0; i < d; i++)
        {
            float* entries = (float*)(task + i);
            for (int lane = 0; lane < lanes; lane++)
            {
                entries[lane] = vectors[(lane * d) + i];
            }
        }
    }
}
