using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>An empirical density over bins of equal width: heights times width add up to one.</summary>
public sealed record Histogram
{
    private Histogram(double start, double binWidth, ImmutableArray<double> densities, int leftOut)
    {
        Start = start;
        BinWidth = binWidth;
        Densities = densities;
        LeftOut = leftOut;
    }

    /// <summary>The lower edge of the first bin.</summary>
    public double Start { get; }

    public double BinWidth { get; }

    public ImmutableArray<double> Densities { get; }

    /// <summary>How many values were not finite.</summary>
    public int LeftOut { get; }

    /// <summary>The density of the finite ones among <paramref name="values"/>, over bins from the least to the largest.</summary>
    /// <exception cref="ArgumentException">No value is finite, or there are fewer bins than one.</exception>
    public static Histogram Of(IEnumerable<double> values, int bins)
    {
        if (bins < 1)
            throw new ArgumentException($"A histogram needs at least one bin, but {bins} are asked for.", nameof(bins));

        List<double> all = values.ToList();
        List<double> finite = all.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
            throw new ArgumentException($"A histogram needs at least one finite value, but has none among {all.Count}.", nameof(values));

        (double start, double end) = (finite.Min(), finite.Max());
        if (start == end)
            (start, end) = (start - 0.5, end + 0.5);

        double width = (end - start) / bins;
        int[] counts = new int[bins];
        foreach (double value in finite)
            counts[Math.Min(bins - 1, (int)((value - start) / width))]++;

        return new Histogram(start, width, [.. counts.Select(c => c / (finite.Count * width))], all.Count - finite.Count);
    }
}
