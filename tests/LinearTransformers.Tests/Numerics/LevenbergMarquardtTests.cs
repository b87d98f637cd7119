using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class LevenbergMarquardtTests
{
    [Fact]
    public void Rosenbrocks_valley_is_followed_to_its_end()
    {
        double[] theta = [-1.2, 1];
        double value = LevenbergMarquardt.Minimize(
            (point, r, J) =>
            {
                r[0] = 10 * (point[1] - point[0] * point[0]);
                r[1] = 1 - point[0];
                (J[0, 0], J[0, 1], J[1, 0], J[1, 1]) = (-20 * point[0], 10, -1, 0);
            },
            2,
            theta,
            200);
        Assert.Equal(0, value, 1e-28);
        Assert.Equal(1, theta[0], 1e-14);
        Assert.Equal(1, theta[1], 1e-14);
    }

    [Fact]
    public void The_residual_of_freudenstein_and_roth_stops_at_its_known_local_minimum()
    {
        // Moré, Garbow, Hillstrom 1981, problem 2: from (0.5, −2) the sum of squares ends at 48.9842….
        double[] theta = [0.5, -2];
        double value = LevenbergMarquardt.Minimize(
            (point, r, J) =>
            {
                (double x, double y) = (point[0], point[1]);
                r[0] = -13 + x + ((5 - y) * y - 2) * y;
                r[1] = -29 + x + ((y + 1) * y - 14) * y;
                (J[0, 0], J[0, 1], J[1, 0], J[1, 1]) = (1, (10 - 3 * y) * y - 2, 1, (3 * y + 2) * y - 14);
            },
            2,
            theta,
            2000);
        Assert.Equal(48.98425, value, 1e-5);
        Assert.Equal(-0.8968, theta[1], 1e-4);
    }
}
