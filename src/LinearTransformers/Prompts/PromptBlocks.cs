using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts;

/// <summary>Work on prompts that do not depend on one another, in blocks for threads to share.</summary>
internal static class PromptBlocks
{
    private const int Length = 256;

    /// <summary>Calls a body for blocks of prompts with their begin and end: all at once where there is nobody to share with.</summary>
    public static void For(int prompts, WorkerTeam? team, Action<int, int> body)
    {
        int blocks = (prompts + Length - 1) / Length;
        if (team is null || blocks == 1)
        {
            body(0, prompts);
        }
        else
        {
            team.For(blocks, block => body(block * Length, Math.Min(prompts, (block + 1) * Length)));
        }
    }
}
