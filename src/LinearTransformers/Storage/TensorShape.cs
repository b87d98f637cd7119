namespace LinearTransformers.Storage;

/// <summary>How many elements a shape has.</summary>
internal static class TensorShape
{
    /// <summary>
    /// The product of the lengths, 1 where there are none; null for a negative length and where the product
    /// leaves 64 bits on the way, even if a zero follows: other readers of the format refuse that as well.
    /// </summary>
    public static long? Count(ReadOnlySpan<int> shape)
    {
        long count = 1L;
        foreach (int length in shape)
        {
            if (length < 0 || Math.BigMul(count, length, out long product) != 0 || product < 0)
                return null;
            count = product;
        }
        return count;
    }
}
