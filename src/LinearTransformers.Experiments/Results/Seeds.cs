namespace LinearTransformers.Experiments.Results;

/// <summary>Mean and spread over seeds, point by point.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation with n − 1, as the published code's; 0 for a single seed.</param>
internal sealed record Seeds(double[] Mean, double[] Deviation)
{
    /// <param name="curves">A curve for each seed, all of one length.</param>
    public static Seeds Of(IReadOnlyList<double[]> curves)
    {
        int length = curves[0].Length;
        double[] mean = new double[length];
        double[] deviation = new double[length];
        for (int i = 0; i < length; i++)
        {
            double m = curves.Average(curve => curve[i]);
            mean[i] = m;
            deviation[i] = curves.Count < 2 ? 0 : Math.Sqrt(curves.Sum(curve => (curve[i] - m) * (curve[i] - m)) / (curves.Count - 1));
        }

        return new Seeds(mean, deviation);
    }

    /// <summary>Of a number for each seed.</summary>
    public static Seeds OfValues(IEnumerable<double> values) => Of([.. values.Select(value => (double[])[value])]);

    /// <summary>Of curves that end at different points: at each point those that are still there.</summary>
    public static Seeds OfUnequal(IReadOnlyList<double[]> curves)
    {
        Seeds[] points = [.. Enumerable.Range(0, curves.Max(curve => curve.Length))
            .Select(i => Of([.. curves.Where(curve => i < curve.Length).Select(curve => (double[])[curve[i]])]))];
        return new Seeds([.. points.Select(point => point.Mean[0])], [.. points.Select(point => point.Deviation[0])]);
    }

    /// <summary>The median; of an even count the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
