namespace LinearTransformers.Theory;

/// <summary>σ is uniform on [0, s].</summary>
internal sealed class UniformLevels : NoiseLevels
{
    private readonly double _largest;

    public UniformLevels(double largest)
    {
        Check(largest, nameof(largest));
        _largest = largest;
    }

    public override double MeanSquare => _largest * _largest / 3;

    /// <summary>
    /// (1/s) ∫ σ²/(x + σ²) dσ = 1 − atan(u)/u, u = s/√x; for small u by its series u²/3 − u⁴/5 + …, which does not cancel.
    /// </summary>
    internal override double UnknownShare(double x)
    {
        if (_largest == 0)
            return 0;
        double u = _largest / Math.Sqrt(x), square = u * u;
        if (u > 0.1)
            return 1 - Math.Atan(u) / u;
        double share = 0;
        for (int k = 8; k >= 1; k--)
            share = square * (1.0 / (2 * k + 1) - share);
        return share;
    }

    internal override double Draw(SampleNumbers numbers) => _largest * numbers.Uniform();
}
