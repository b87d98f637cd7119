namespace LinearTransformers.Random;

/// <summary>
/// Normals on the tape of a <see cref="SharedStream"/>, there for the run that borrowed them until it draws the next ones.
/// </summary>
internal sealed class LentNormals(PairTape tape, long place, int count)
{
    /// <summary>Copies some of them; any number of threads may at once.</summary>
    /// <param name="first">The first one's number.</param>
    /// <param name="normals">Receives them.</param>
    public void CopyTo(int first, Span<float> normals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, count - normals.Length);
        tape.Read(place + (2L * first), normals);
    }
}
