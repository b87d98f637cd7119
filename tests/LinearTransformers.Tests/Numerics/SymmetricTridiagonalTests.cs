using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class SymmetricTridiagonalTests
{
    [Fact]
    public void The_second_difference_matrix_has_its_textbook_eigenvalues()
    {
        const int n = 30;
        double[] diagonal = new double[n];
        double[] offDiagonal = new double[n - 1];
        Array.Fill(diagonal, 2);
        Array.Fill(offDiagonal, -1);
        double[] eigenvalues = SymmetricTridiagonal.Eigenvalues(diagonal, offDiagonal);
        for (int k = 1; k <= n; k++)
            Assert.Equal(2 - 2 * Math.Cos(k * Math.PI / (n + 1)), eigenvalues[k - 1], 1e-14);
    }

    [Fact]
    public void The_jacobi_matrix_of_legendre_polynomials_gives_the_five_gauss_nodes()
    {
        double[] offDiagonal = new double[4];
        for (int k = 1; k <= 4; k++)
            offDiagonal[k - 1] = k / Math.Sqrt(4.0 * k * k - 1);
        double[] nodes = SymmetricTridiagonal.Eigenvalues(new double[5], offDiagonal);
        double outer = Math.Sqrt(5 + 2 * Math.Sqrt(10.0 / 7)) / 3;
        double inner = Math.Sqrt(5 - 2 * Math.Sqrt(10.0 / 7)) / 3;
        double[] expected = [-outer, -inner, 0, inner, outer];
        for (int k = 0; k < 5; k++)
            Assert.Equal(expected[k], nodes[k], 1e-15);
    }

    [Fact]
    public void Matrices_that_split_or_are_empty_are_solved_too()
    {
        Assert.Equal([1, 2, 5], SymmetricTridiagonal.Eigenvalues([5, 2, 1], [0, 0]));
        Assert.Equal(-1, SymmetricTridiagonal.Eigenvalues([7, 0, 0, 2], [0, 1, 0])[0], 1e-15);
        Assert.Empty(SymmetricTridiagonal.Eigenvalues([], []));
        Assert.Equal([3], SymmetricTridiagonal.Eigenvalues([3], []));
    }

    [Fact]
    public void Lengths_that_do_not_fit_and_numbers_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SymmetricTridiagonal.Eigenvalues([1, 2], [1, 2]));
        Assert.Throws<ArithmeticException>(() => SymmetricTridiagonal.Eigenvalues([1, double.NaN, 2], [1, 1]));
    }
}
