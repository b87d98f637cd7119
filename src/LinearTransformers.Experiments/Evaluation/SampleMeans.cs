namespace LinearTransformers.Experiments.Evaluation;

/// <summary>The median of the means over samples of some thousand prompts each: what an evaluation of that size would show.</summary>
internal sealed class SampleMeans
{
    /// <summary>Prompts of a sample.</summary>
    public const int Prompts = 4000;

    /// <summary>The standard error of a median over that of a mean, of normal numbers.</summary>
    private static readonly double Wider = Math.Sqrt(Math.PI / 2);

    /// <summary>The distance between the quartiles of a normal number, in standard deviations.</summary>
    private const double BetweenQuartiles = 1.349;

    private readonly List<double> _means = [];
    private double _sum;
    private int _prompts;

    /// <summary>The median; null with fewer than two samples.</summary>
    public double? Median => _means.Count < 2 ? null : Quantile(0.5);

    /// <summary>Its standard error, from the distance between the quartiles.</summary>
    public double? Error
        => _means.Count < 2 ? null : Wider * (Quantile(0.75) - Quantile(0.25)) / BetweenQuartiles / Math.Sqrt(_means.Count);

    /// <summary>Adds the mean over some prompts; what does not fill a sample at the end is left out.</summary>
    public void Add(double mean, int prompts)
    {
        _sum += mean * prompts;
        _prompts += prompts;
        if (_prompts >= Prompts)
        {
            _means.Add(_sum / _prompts);
            (_sum, _prompts) = (0, 0);
        }
    }

    private double Quantile(double share)
    {
        double[] sorted = [.. _means.Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
