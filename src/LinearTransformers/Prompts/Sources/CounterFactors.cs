using System.Runtime.CompilerServices;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>Factors of prompts of the native stream.</summary>
internal static unsafe class CounterFactors
{
    /// <summary>
    /// The factors of some prompts, drawn for eight prompts side by side: those from a multiple of eight on, whichever are asked for.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="domain">What they are for.</param>
    /// <param name="count">How many a prompt has.</param>
    /// <param name="draw">How they are drawn.</param>
    /// <param name="begin">The first prompt.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="room">The reader's own.</param>
    /// <param name="part">Where in it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float* Read(
        NativeBatch batch, DrawDomain domain, int count, FactorDraw draw, int begin, int end, ReadingRoom room, RoomPart part)
    {
        float* factors = room.Of(part, (end - begin) * count);
        float* lanes = room.Of(RoomPart.LanesOfFactors, count * SideBySideDraws.Prompts);
        int first = begin / SideBySideDraws.Prompts * SideBySideDraws.Prompts;
        for (; first < end && count > 0; first += SideBySideDraws.Prompts)
        {
            draw(new SideBySideDraws(batch, domain, (uint)first), new Span<float>(lanes, count * SideBySideDraws.Prompts));
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
}
