namespace LinearTransformers.Theory;

/// <summary>σ is one of a list, each as likely as another.</summary>
internal sealed class ListedLevels : NoiseLevels
{
    private readonly double[] _deviations;

    public ListedLevels(ReadOnlySpan<double> deviations)
    {
        if (deviations.Length == 0)
            throw new ArgumentException("deviations is empty; at least one is needed.", nameof(deviations));
        foreach (double deviation in deviations)
            Check(deviation, nameof(deviations));
        _deviations = deviations.ToArray();
    }

    public override double MeanSquare => _deviations.Average(deviation => deviation * deviation);

    internal override double UnknownShare(double x)
        => _deviations.Average(deviation => deviation == 0 ? 0 : deviation * deviation / (x + deviation * deviation));

    internal override double Draw(SampleNumbers numbers)
        => _deviations.Length == 1 ? _deviations[0] : _deviations[(int)(numbers.Uniform() * _deviations.Length) % _deviations.Length];
}
