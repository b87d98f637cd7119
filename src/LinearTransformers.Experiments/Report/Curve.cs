namespace LinearTransformers.Experiments.Report;

/// <summary>A quantity along one run, or its mean along the runs of a group.</summary>
/// <param name="Iterations">Ascending.</param>
/// <param name="Values">Its finite values there.</param>
/// <param name="Deviations">Of a mean: the standard deviation, with n − 1; empty for a single run.</param>
/// <param name="Counts">Of a mean: over how many runs; empty for a single run.</param>
internal sealed record Curve(int[] Iterations, double[] Values, double[] Deviations, int[] Counts)
{
    /// <summary>Along one run: what is not finite is left out.</summary>
    public static Curve Of(IEnumerable<(int Iteration, double Value)> points)
    {
        (int Iteration, double Value)[] finite = [.. points.Where(point => double.IsFinite(point.Value))];
        return new Curve([.. finite.Select(point => point.Iteration)], [.. finite.Select(point => point.Value)], [], []);
    }

    /// <summary>The mean over runs, at each iteration over those that have a value there.</summary>
    public static Curve Mean(IReadOnlyList<Curve> curves)
    {
        SortedDictionary<int, (int Count, double Mean, double Squares)> sums = [];
        foreach (Curve curve in curves)
        {
            for (int i = 0; i < curve.Values.Length; i++)
            {
                // Welford's recurrence.
                (int count, double mean, double squares) = sums.GetValueOrDefault(curve.Iterations[i]);
                double from = curve.Values[i] - mean;
                mean += from / (count + 1);
                sums[curve.Iterations[i]] = (count + 1, mean, squares + (from * (curve.Values[i] - mean)));
            }
        }

        return new Curve(
            [.. sums.Keys],
            [.. sums.Values.Select(sum => sum.Mean)],
            [.. sums.Values.Select(sum => sum.Count < 2 ? 0 : Math.Sqrt(sum.Squares / (sum.Count - 1)))],
            [.. sums.Values.Select(sum => sum.Count)]);
    }

    /// <summary>
    /// At most so many points: stretches of equally many points keep their lowest and their highest
    /// each, so that no spike is lost, and the ends stay.
    /// </summary>
    public Curve Thinned(int most)
    {
        int n = Values.Length;
        if (n <= most)
        {
            return this;
        }

        int bins = Math.Max(1, (most - 2) / 2);
        List<int> kept = [0];
        for (int bin = 0; bin < bins; bin++)
        {
            int begin = 1 + (int)((long)(n - 2) * bin / bins);
            int end = 1 + (int)((long)(n - 2) * (bin + 1) / bins);
            (int low, int high) = (begin, begin);
            for (int i = begin; i < end; i++)
            {
                low = Values[i] < Values[low] ? i : low;
                high = Values[i] > Values[high] ? i : high;
            }

            kept.Add(Math.Min(low, high));
            if (low != high)
            {
                kept.Add(Math.Max(low, high));
            }
        }

        kept.Add(n - 1);
        return new Curve(Pick(Iterations), Pick(Values), Pick(Deviations), Pick(Counts));

        T[] Pick<T>(T[] all) => all.Length == 0 ? [] : [.. kept.Select(i => all[i])];
    }
}
