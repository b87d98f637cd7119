using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// The band around a line, for example mean ± standard deviation over seeds. On a logarithmic axis a lower edge that is
/// zero or negative is clipped at the bottom of the axis.
/// </summary>
public sealed record Band
{
    /// <exception cref="ArgumentException">The edges differ in length, or there are none.</exception>
    public Band(IEnumerable<double> lower, IEnumerable<double> upper)
    {
        Lower = [.. lower];
        Upper = [.. upper];
        if (Lower.Length != Upper.Length)
            throw new ArgumentException(
                $"A band needs as many lower as upper values, but has {Lower.Length} and {Upper.Length}.", nameof(upper));
    }

    public ImmutableArray<double> Lower { get; }

    public ImmutableArray<double> Upper { get; }

    /// <summary>The band center ± halfWidth, for example mean ± standard deviation.</summary>
    public static Band Around(IReadOnlyList<double> center, IReadOnlyList<double> halfWidth)
    {
        if (center.Count != halfWidth.Count)
            throw new ArgumentException(
                $"A band needs as many half-widths as centers, but has {halfWidth.Count} and {center.Count}.", nameof(halfWidth));

        return new Band(center.Zip(halfWidth, (c, h) => c - h), center.Zip(halfWidth, (c, h) => c + h));
    }
}
