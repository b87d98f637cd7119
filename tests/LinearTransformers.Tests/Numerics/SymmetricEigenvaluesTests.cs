using FsCheck.Xunit;
using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class SymmetricEigenvaluesTests
{
    [Property(MaxTest = 60)]
    public void A_spectrum_turned_by_reflections_comes_back(int seed)
    {
        System.Random random = new(seed);
        int n = random.Next(1, 40);
        double[] spectrum = [.. Enumerable.Range(0, n).Select(_ => random.Next(3) == 0 ? 0 : random.NextDouble() - 0.5).Order()];
        double[,] matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            matrix[i, i] = spectrum[i];
        }

        for (int turn = 0; turn < 3; turn++)
        {
            matrix = Reflected(matrix, [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)]);
        }

        double[] eigenvalues = SymmetricEigenvalues.Of(matrix);
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(spectrum[i], eigenvalues[i], 1e-13);
        }
    }

    [Fact]
    public void The_Hilbert_matrix_of_order_5_has_its_known_eigenvalues()
    {
        double[,] hilbert = new double[5, 5];
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                hilbert[i, j] = 1.0 / (i + j + 1);
            }
        }

        double[] eigenvalues = SymmetricEigenvalues.Of(hilbert);

        // Its determinant is 1/266,716,800,000.
        Assert.Equal(266716800000.0, 1 / eigenvalues.Aggregate(1.0, (a, x) => a * x), 266716800000.0 * 1e-9);
        Assert.Equal(1 + (1 / 3.0) + (1 / 5.0) + (1 / 7.0) + (1 / 9.0), eigenvalues.Sum(), 1e-14);
    }

    [Property(MaxTest = 60)]
    public void Matrices_of_low_rank_have_zeros(int seed)
    {
        // a aᵀ + b bᵀ: n − 2 zeros, and two eigenvalues whose sum is the trace.
        System.Random random = new(seed);
        int n = random.Next(3, 150);
        double[,] matrix = new double[n, n];
        double trace = 0;
        for (int term = 0; term < 2; term++)
        {
            double[] a = [.. Enumerable.Range(0, n).Select(_ => random.Next(4) == 0 ? 0 : random.NextDouble() - 0.5)];
            trace += a.Sum(x => x * x);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    matrix[i, j] += a[i] * a[j];
                }
            }
        }

        double[] eigenvalues = SymmetricEigenvalues.Of(matrix);
        Assert.All(eigenvalues[..^2], x => Assert.Equal(0, x, 1e-13 * trace));
        Assert.Equal(trace, eigenvalues[^1] + eigenvalues[^2], 1e-13 * trace);
    }

    [Fact]
    public void Very_small_and_very_large_entries_neither_underflow_nor_overflow()
    {
        foreach (double size in (double[])[1e-200, 1e200])
        {
            // size · (I + all ones): eigenvalues size, size, 4 size.
            double[] eigenvalues =
                SymmetricEigenvalues.Of(new[,] { { 2 * size, size, size }, { size, 2 * size, size }, { size, size, 2 * size } });
            Assert.Equal(1, eigenvalues[0] / size, 1e-14);
            Assert.Equal(1, eigenvalues[1] / size, 1e-14);
            Assert.Equal(4, eigenvalues[2] / size, 1e-14);
        }
    }

    [Fact]
    public void What_has_no_eigenvalues_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SymmetricEigenvalues.Of(new double[2, 3]));
        Assert.Throws<ArithmeticException>(() => SymmetricEigenvalues.Of(new[,] { { double.NaN } }));
        Assert.Empty(SymmetricEigenvalues.Of(new double[0, 0]));
    }

    /// <summary>R A R with R = I − 2 w wᵀ/wᵀw.</summary>
    private static double[,] Reflected(double[,] a, double[] w)
    {
        int n = w.Length;
        double squares = w.Sum(x => x * x);
        double[,] r = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                r[i, j] = (i == j ? 1 : 0) - (2 * w[i] * w[j] / squares);
            }
        }

        return Product(Product(r, a), r);
    }

    private static double[,] Product(double[,] a, double[,] b)
    {
        int n = a.GetLength(0);
        double[,] c = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++)
                {
                    c[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return c;
    }
}
