using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Analysis;

/// <summary>A number and its standard error.</summary>
public readonly record struct Estimate(double Value, double Error);

/// <summary>
/// How a sample is spread and how heavy its tails are, each figure with its standard error: of moments by the bootstrap (400
/// resamples from a fixed seed), of the tail index by its asymptotic variance.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation.</param>
/// <param name="Skewness">E(x−μ)³/σ³: 0 for the normal distribution.</param>
/// <param name="ExcessKurtosis">E(x−μ)⁴/σ⁴ − 3: 0 for the normal distribution.</param>
/// <param name="NormalCorrelation">The correlation of the Q–Q plot against the normal distribution: 1 on a line.</param>
public sealed record TailFigures(Estimate Mean, Estimate Deviation, Estimate Skewness, Estimate ExcessKurtosis, Estimate NormalCorrelation)
{
    /// <summary>Fewer numbers are no sample.</summary>
    public const int FewestSamples = 8;

    private const int Resamples = 400;
    private const int Figures = 5;

    /// <summary>The figures of a sample.</summary>
    /// <param name="sample">At least 8 finite numbers, not all the same.</param>
    /// <exception cref="ArgumentException">The sample is none of that kind.</exception>
    public static TailFigures Of(ReadOnlySpan<double> sample)
    {
        if (sample.Length < FewestSamples)
        {
            throw new ArgumentException($"{sample.Length} samples are too few: at least {FewestSamples} are needed", nameof(sample));
        }

        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        if (!double.IsFinite(sorted[0]) || !double.IsFinite(sorted[^1]) || sorted[0] == sorted[^1])
        {
            throw new ArgumentException("a sample must be finite and not constant", nameof(sample));
        }

        double[] quantiles = NormalQuantiles(sorted.Length);
        Span<double> values = stackalloc double[Figures];
        Evaluate(sorted, quantiles, values);
        double[] errors = Bootstrap(sorted, quantiles);
        return new TailFigures(
            new(values[0], errors[0]), new(values[1], errors[1]), new(values[2], errors[2]), new(values[3], errors[3]),
                new(values[4], errors[4]));
    }

    /// <summary>
    /// Hill's estimate of the tail index α, P(X &gt; x) ~ x^(−α), from the k largest values: 1/α is the mean of
    /// log(x₍ᵢ₎/x₍ₖ₊₁₎) over i ≤ k. Its standard error is α/√k. The lighter the tail, the larger; for tails that are no power
    /// it grows without end as fewer values are taken. Source: Hill, <i>A simple general approach to inference about the tail of a
    /// distribution</i>, Annals of Statistics 3, 1975.
    /// </summary>
    /// <param name="sample">More than k numbers, the k+1 largest positive.</param>
    /// <param name="k">At least 2.</param>
    /// <exception cref="ArgumentException">The sample is too small, or one of these values is not positive.</exception>
    public static Estimate Hill(ReadOnlySpan<double> sample, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 2);
        if (sample.Length <= k)
        {
            throw new ArgumentException($"{sample.Length} samples have no {k} + 1 largest ones", nameof(sample));
        }

        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        double threshold = sorted[^(k + 1)];
        if (!(threshold > 0))
        {
            throw new ArgumentException($"the {k + 1}-th largest value is {threshold}: it must be positive", nameof(sample));
        }

        double sum = 0;
        for (int i = 1; i <= k; i++)
        {
            sum += Math.Log(sorted[^i] / threshold);
        }

        double alpha = k / sum;
        return new Estimate(alpha, alpha / Math.Sqrt(k));
    }

    /// <summary>Quantiles of the standard normal distribution at (i − ½)/n for i = 1 … n: the abscissas of a Q–Q plot.</summary>
    public static double[] NormalQuantiles(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        double[] quantiles = new double[n];
        for (int i = 0; i < n; i++)
        {
            quantiles[i] = NormalQuantile.Of((i + 0.5) / n);
        }

        return quantiles;
    }

    /// <summary>Standard errors of all figures: the spread of what samples drawn from the sample give.</summary>
    private static double[] Bootstrap(double[] sorted, double[] quantiles)
    {
        int n = sorted.Length;
        TorchStream stream = new(seed: 0);
        float[] uniforms = new float[n];
        int[] counts = new int[n];
        double[] drawn = new double[n];
        double[] values = new double[Figures];
        double[] means = new double[Figures];
        double[] squares = new double[Figures];
        for (int r = 0; r < Resamples; r++)
        {
            stream.FillUniform(uniforms, 0, 1);
            Array.Clear(counts);
            foreach (float uniform in uniforms)
            {
                counts[Math.Min(n - 1, (int)(uniform * (double)n))]++;
            }

            int next = 0;
            for (int i = 0; i < n; i++)
            {
                for (int c = 0; c < counts[i]; c++)
                {
                    drawn[next++] = sorted[i];
                }
            }

            Evaluate(drawn, quantiles, values);
            for (int f = 0; f < Figures; f++)
            {
                // A running mean and sum of squares around it (Welford).
                double before = values[f] - means[f];
                means[f] += before / (r + 1);
                squares[f] += before * (values[f] - means[f]);
            }
        }

        return [.. squares.Select(sum => Math.Sqrt(sum / (Resamples - 1)))];
    }

    private static void Evaluate(ReadOnlySpan<double> sorted, ReadOnlySpan<double> quantiles, Span<double> values)
    {
        int n = sorted.Length;
        double mean = 0;
        foreach (double x in sorted)
        {
            mean += x;
        }

        mean /= n;
        double second = 0;
        double third = 0;
        double fourth = 0;
        double cross = 0;
        double quantileSquares = 0;
        for (int i = 0; i < n; i++)
        {
            double x = sorted[i] - mean;
            second += x * x;
            third += x * x * x;
            fourth += x * x * (x * x);
            cross += x * quantiles[i];
            quantileSquares += quantiles[i] * quantiles[i];
        }

        double variance = second / n;
        values[0] = mean;
        values[1] = Math.Sqrt(second / (n - 1));
        values[2] = third / n / (variance * Math.Sqrt(variance));
        values[3] = (fourth / n / (variance * variance)) - 3;
        values[4] = cross / Math.Sqrt(second * quantileSquares);
    }
}
