using LinearTransformers.Random;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>How two quantities go together along a run.</summary>
/// <param name="Coefficient">The correlation coefficient.</param>
/// <param name="Error">Its standard error, from blocks of successive points drawn anew, since neighbours are alike.</param>
internal readonly record struct Correlation(double Coefficient, double Error)
{
    private const int Resamples = 400;
    private const int BlockLength = 50;
    private const ulong Seed = 1;

    /// <summary>Pearson's coefficient of x and y, in the order of the run.</summary>
    public static Correlation Of(double[] x, double[] y)
    {
        double coefficient = Pearson(x, y);
        int blocks = (x.Length + BlockLength - 1) / BlockLength;
        if (x.Length < 2 * BlockLength)
        {
            return new Correlation(coefficient, double.NaN);
        }

        TorchStream stream = new(Seed);
        float[] uniforms = new float[blocks];
        double[] drawn = new double[Resamples];
        double[] a = new double[blocks * BlockLength];
        double[] b = new double[a.Length];
        for (int r = 0; r < Resamples; r++)
        {
            stream.FillUniform(uniforms, 0, 1);
            for (int block = 0; block < blocks; block++)
            {
                int start = (int)(uniforms[block] * (double)(x.Length - BlockLength + 1));
                x.AsSpan(start, BlockLength).CopyTo(a.AsSpan(block * BlockLength));
                y.AsSpan(start, BlockLength).CopyTo(b.AsSpan(block * BlockLength));
            }

            drawn[r] = Pearson(a, b);
        }

        double mean = drawn.Average();
        return new Correlation(coefficient, Math.Sqrt(drawn.Sum(value => (value - mean) * (value - mean)) / (Resamples - 1)));
    }

    /// <summary>Spearman's: that of the ranks, which takes negative values in its stride.</summary>
    public static Correlation OfRanks(double[] x, double[] y) => Of(Ranks(x), Ranks(y));

    private static double Pearson(double[] x, double[] y)
    {
        double meanX = x.Average();
        double meanY = y.Average();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }

        return xy / Math.Sqrt(xx * yy);
    }

    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort([.. values], order);
        double[] ranks = new double[values.Length];
        for (int i = 0; i < order.Length; i++)
        {
            ranks[order[i]] = i;
        }

        return ranks;
    }
}
