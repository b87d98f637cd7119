using System.Numerics;

namespace LinearTransformers.Analysis;

/// <summary>Sums of a noise vector's products and fourth powers, sample after sample.</summary>
internal sealed class NoiseMoments
{
    /// <summary>Samples that wait to be added together: the sums, which are many, then go through the cache once for all of them.</summary>
    private const int Waiting = 8;

    private readonly int[] _live;
    private readonly double[][] _values;
    private readonly double[] _products;
    private readonly double[] _fourths;
    private readonly int _size;
    private int _waiting;

    /// <param name="size">Parameters.</param>
    /// <param name="live">Those that the loss depends on.</param>
    public NoiseMoments(int size, int[] live)
    {
        _live = live;
        _size = size;
        _values = [.. Enumerable.Range(0, Waiting).Select(_ => new double[_live.Length])];
        _products = new double[_live.Length * _live.Length];
        _fourths = new double[_live.Length];
    }

    /// <summary>Adds a sample.</summary>
    public void Add(ReadOnlySpan<double> noise)
    {
        double[] values = _values[_waiting++];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i] = noise[_live[i]];
            _fourths[i] += value * value * (value * value);
        }

        if (_waiting == Waiting)
        {
            AddWaiting();
        }
    }

    /// <summary>The lower triangle of products, each sum taking the samples in their order.</summary>
    private void AddWaiting()
    {
        int n = _live.Length;
        for (int i = 0; i < n; i++)
        {
            // Every product is one of a sum of its own: vectors of any width give the same bits.
            Span<double> row = _products.AsSpan(i * n, n);
            int j = 0;
            for (; j <= i && j + Vector<double>.Count <= n; j += Vector<double>.Count)
            {
                Vector<double> sum = new(row[j..]);
                for (int s = 0; s < _waiting; s++)
                {
                    sum += _values[s][i] * new Vector<double>(_values[s], j);
                }

                sum.CopyTo(row[j..]);
            }

            for (; j <= i; j++)
            {
                for (int s = 0; s < _waiting; s++)
                {
                    row[j] += _values[s][i] * _values[s][j];
                }
            }
        }

        _waiting = 0;
    }

    /// <summary>The mean products, [n, n] of all parameters; zero where the loss does not depend on one.</summary>
    public double[,] SecondMoments(int samples)
    {
        AddWaiting();
        double[,] moments = new double[_size, _size];
        for (int i = 0; i < _live.Length; i++)
        {
            for (int j = 0; j < _live.Length; j++)
            {
                moments[_live[i], _live[j]] = _products[(Math.Max(i, j) * _live.Length) + Math.Min(i, j)] / samples;
            }
        }

        return moments;
    }

    /// <summary>The mean over live coordinates of E x⁴/(E x²)² − 3.</summary>
    public double CoordinateKurtosis(int samples)
    {
        AddWaiting();
        double sum = 0;
        for (int i = 0; i < _live.Length; i++)
        {
            double square = _products[(i * _live.Length) + i] / samples;
            sum += (_fourths[i] / samples / (square * square)) - 3;
        }

        return sum / _live.Length;
    }
}
