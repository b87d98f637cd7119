using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class HouseholderLeastSquaresTests
{
    [Fact]
    public void A_square_system_is_solved()
    {
        double[] x = HouseholderLeastSquares.Solve(new double[,] { { 0, 2 }, { 3, 1 } }, [4, 5]);
        Assert.Equal(1, x[0], 1e-15);
        Assert.Equal(2, x[1], 1e-15);
    }

    [Fact]
    public void A_line_through_four_points_is_the_textbook_one()
    {
        // (0,6), (1,5), (2,7), (3,10): y = 4.9 + 1.4 t.
        double[] x = HouseholderLeastSquares.Solve(new double[,] { { 1, 0 }, { 1, 1 }, { 1, 2 }, { 1, 3 } }, [6, 5, 7, 10]);
        Assert.Equal(4.9, x[0], 1e-14);
        Assert.Equal(1.4, x[1], 1e-14);
    }

    [Fact]
    public void Digits_that_the_normal_equations_lose_are_kept()
    {
        // Läuchli's matrix: 1 + ε² rounds to 1, so AᵀA is singular in doubles.
        const double epsilon = 1e-9;
        double[] x = HouseholderLeastSquares.Solve(new double[,] { { 1, 1 }, { epsilon, 0 }, { 0, epsilon } }, [2, epsilon, epsilon]);
        Assert.Equal(1, x[0], 1e-6);
        Assert.Equal(1, x[1], 1e-6);
    }

    [Fact]
    public void Dependent_columns_and_sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArithmeticException>(() => HouseholderLeastSquares.Solve(new double[,] { { 1, 0 }, { 1, 0 } }, [1, 1]));
        Assert.Throws<ArgumentException>(() => HouseholderLeastSquares.Solve(new double[,] { { 1, 2 } }, [1]));
        Assert.Throws<ArgumentException>(() => HouseholderLeastSquares.Solve(new double[,] { { 1 }, { 2 } }, [1]));
    }
}
