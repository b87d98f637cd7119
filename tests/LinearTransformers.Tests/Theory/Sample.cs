namespace LinearTransformers.Tests.Theory;

/// <summary>Mean and standard error of a Monte-Carlo sample.</summary>
internal sealed class Sample
{
    private int _count;
    private double _sum;
    private double _squares;

    public double Mean => _sum / _count;

    public double StandardError => Math.Sqrt((_squares / _count - Mean * Mean) / _count);

    public void Add(double value)
    {
        _count++;
        _sum += value;
        _squares += value * value;
    }

    /// <summary>The exact value lies within four standard errors, and these are small enough to mean something.</summary>
    public void AssertMean(double exact, double relativeStandardError)
    {
        Assert.InRange(StandardError, 0, relativeStandardError * Math.Abs(exact));
        Assert.InRange(exact, Mean - 4 * StandardError, Mean + 4 * StandardError);
    }
}
