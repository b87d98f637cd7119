using System.Numerics;

namespace LinearTransformers.Analysis;

/// <summary>Sums of a noise vector's products and fourth powers, sample after sample.</summary>
internal sealed class NoiseMoments
{
    private readonly int[] _live;
    private readonly double[] _values;
    private readonly double[] _products;
    private readonly double[] _fourths;
    private readonly int _size;

    /// <param name="size">Parameters.</param>
    /// <param name="live">Those that the loss depends on.</param>
    public NoiseMoments(int size, int[] live)
    {
        _live = live;
        _size = size;
        _values = new double[_live.Length];
        _products = new double[_live.Length * _live.Length];
        _fourths = new double[_live.Length];
    }

    /// <summary>Adds a sample.</summary>
    public void Add(ReadOnlySpan<double> noise)
    {
        int n = _live.Length;
        for (int i = 0; i < n; i++)
        {
            _values[i] = noise[_live[i]];
        }

        for (int i = 0; i < n; i++)
        {
            // Every product is one of a sum of its own: vectors of any width give the same bits.
            double value = _values[i];
            Span<double> row = _products.AsSpan(i * n, n);
            int j = 0;
            for (; j + Vector<double>.Count <= n; j += Vector<double>.Count)
            {
                Vector<double> sum = new Vector<double>(row[j..]) + (value * new Vector<double>(_values, j));
                sum.CopyTo(row[j..]);
            }

            for (; j < n; j++)
            {
                row[j] += value * _values[j];
            }

            _fourths[i] += value * value * (value * value);
        }
    }

    /// <summary>The mean products, [n, n] of all parameters; zero where the loss does not depend on one.</summary>
    public double[,] SecondMoments(int samples)
    {
        double[,] moments = new double[_size, _size];
        for (int i = 0; i < _live.Length; i++)
        {
            for (int j = 0; j < _live.Length; j++)
            {
                moments[_live[i], _live[j]] = _products[(i * _live.Length) + j] / samples;
            }
        }

        return moments;
    }

    /// <summary>The mean over live coordinates of E x⁴/(E x²)² − 3.</summary>
    public double CoordinateKurtosis(int samples)
    {
        double sum = 0;
        for (int i = 0; i < _live.Length; i++)
        {
            double square = _products[(i * _live.Length) + i] / samples;
            sum += (_fourths[i] / samples / (square * square)) - 3;
        }

        return sum / _live.Length;
    }
}
