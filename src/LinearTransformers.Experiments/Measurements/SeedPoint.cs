using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// A quantity of runs that differ in their seeds, at an iteration: of those that have come so far, and where it is finite.
/// </summary>
/// <param name="Mean">The mean over seeds; NaN where there is none.</param>
/// <param name="Deviation">The standard deviation over seeds, with n − 1; NaN for one.</param>
/// <param name="Count">n, the seeds.</param>
/// <param name="PromptError">The standard error of the mean that comes from the prompts; NaN where it is not known.</param>
internal readonly record struct SeedPoint(double Mean, double Deviation, int Count, double PromptError)
{
    /// <summary>The standard error of the mean over seeds.</summary>
    public double Error => Deviation / Math.Sqrt(Count);

    /// <summary>Whether there is a place for it on a logarithmic axis.</summary>
    public bool IsPositive => Mean > 0 && double.IsFinite(Mean);

    /// <summary>Whether there is a place for it on an axis.</summary>
    public bool HasPlaceOn(AxisScale scale) => scale is AxisScale.Linear ? double.IsFinite(Mean) : IsPositive;

    /// <summary>That of some values, one for each seed.</summary>
    public static SeedPoint Of(IEnumerable<double> values, double promptError = double.NaN)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double mean = finite.Length == 0 ? double.NaN : finite.Average();
        double deviation = finite.Length < 2 ? double.NaN : Math.Sqrt(
            finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1));
        return new SeedPoint(mean, deviation, finite.Length, promptError);
    }

    /// <summary>That of the losses of a point.</summary>
    public static SeedPoint Of(Score score) => Of(score.Losses, score.Error);
}
