using System.Numerics;

namespace LinearTransformers.Models.Structures;

/// <summary>Sums of vectors.</summary>
internal static class Sums
{
    /// <summary>Adds one vector to another.</summary>
    public static void Add<T>(ReadOnlySpan<T> vector, Span<T> sum)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += vector[i];
        }
    }
}
