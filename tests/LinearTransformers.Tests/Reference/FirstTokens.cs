namespace LinearTransformers.Tests.Reference;

/// <summary>Cuts prompts in the published layout short.</summary>
internal static class FirstTokens
{
    /// <summary>Z [B, N + 1, d + 1] of the first prompts, of their contexts only the first examples, the query last.</summary>
    public static T[] Of<T>(T[] z, int prompts, int examples, int contextLength, int d)
    {
        int row = d + 1;
        List<T> first = [];
        for (int b = 0; b < prompts; b++)
        {
            Span<T> prompt = z.AsSpan(b * (contextLength + 1) * row, (contextLength + 1) * row);
            first.AddRange(prompt[..(examples * row)]);
            first.AddRange(prompt[^row..]);
        }

        return [.. first];
    }
}
