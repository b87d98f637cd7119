namespace LinearTransformers.Random;

/// <summary>A batch of the native stream: everything that its numbers depend on but their places.</summary>
/// <param name="Key">The stream's seed.</param>
/// <param name="Index">Which of its batches.</param>
internal readonly record struct NativeBatch(ulong Key, ulong Index)
{
    /// <summary>The upper counter words of a domain's draws: indices up to 2⁵⁶.</summary>
    public (uint C2, uint C3) Counter(DrawDomain domain) => ((uint)Index, (uint)(Index >> 32) | ((uint)domain << 24));
}
