using LinearTransformers.Numerics;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Tests.Theory;

namespace LinearTransformers.Tests.Numerics;

public class CholeskyTests
{
    [Theory]
    [InlineData(4, 6)]
    [InlineData(4, 4)]
    [InlineData(4, 2)]
    [InlineData(4, 0)]
    public void The_factor_times_its_transpose_is_the_matrix_whatever_its_rank(int n, int rank)
    {
        double[,] X = Gaussian.Matrix(new System.Random(n + rank), rank, n);
        double[,] A = Dense.Multiply(Dense.Transpose(X), X);
        double[,] factor = Cholesky.Factor(A, 1e-13)!;
        double[,] product = Dense.Multiply(factor, Dense.Transpose(factor));
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Assert.Equal(A[i, j], product[i, j], 1e-12);
                Assert.True(j <= i || factor[i, j] == 0);
            }
        }
    }

    [Fact]
    public void Triangular_systems_are_solved()
    {
        double[,] factor = { { 2, 0, 0 }, { 1, 3, 0 }, { -1, 0.5, 0.25 } };
        double[,] solution = { { 1, -2 }, { 0.5, 4 }, { 3, 0 } };
        double[,] sides = Dense.Multiply(factor, solution);
        Cholesky.SolveLower(factor, sides);
        for (int i = 0; i < 6; i++)
            Assert.Equal(solution[i / 2, i % 2], sides[i / 2, i % 2], 1e-14);
    }

    [Fact]
    public void A_matrix_with_a_negative_eigenvalue_has_no_factor()
    {
        Assert.Null(Cholesky.Factor(new[,] { { 1.0, 2 }, { 2, 1 } }, 1e-13));
        Assert.Null(Cholesky.Factor(new[,] { { 0.0, 1 }, { 1, 0 } }, 1e-13));
        Assert.Null(Cholesky.Factor(new[,] { { -1.0 } }));
        Assert.Null(Cholesky.Factor(new[,] { { double.NaN } }));
    }
}
