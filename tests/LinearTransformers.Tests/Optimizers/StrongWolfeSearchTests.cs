using LinearTransformers.Optimizers;
using Search = LinearTransformers.Optimizers.StrongWolfeSearch<double>;

namespace LinearTransformers.Tests.Optimizers;

public class StrongWolfeSearchTests
{
    /// <summary>φ and φ′ of Moré and Thuente (1994), functions 1 to 3, and of others with their own difficulty.</summary>
    public static TheoryData<string, double> Searches
    {
        get
        {
            TheoryData<string, double> searches = [];
            foreach (string function in Functions.Keys)
            {
                foreach (double firstStep in new[] { 1e-3, 1e-1, 1, 1e1, 1e3 })
                {
                    searches.Add(function, firstStep);
                }
            }

            return searches;
        }
    }

    private static readonly Dictionary<string, Func<double, (double Loss, double Slope)>> Functions = new()
    {
        ["minimum far away, convex before it"] = t => (-t / ((t * t) + 2), ((t * t) - 2) / Math.Pow((t * t) + 2, 2)),
        ["flat, then steep"] = t =>
        {
            double a = t + 0.004;
            return (Math.Pow(a, 5) - (2 * Math.Pow(a, 4)), (5 * Math.Pow(a, 4)) - (8 * Math.Pow(a, 3)));
        },
        ["wavy"] = t =>
        {
            const double Beta = 0.01;
            double l = 39;
            double waves = 2 * (1 - Beta) / (l * Math.PI) * Math.Sin(l * Math.PI / 2 * t);
            (double loss, double slope) = t <= 1 - Beta ? (1 - t, -1)
                : t >= 1 + Beta ? (t - 1, 1)
                : ((((t - 1) * (t - 1) / Beta) + Beta) / 2, (t - 1) / Beta);
            return (loss + waves, slope + ((1 - Beta) * Math.Cos(l * Math.PI / 2 * t)));
        },
        ["parabola"] = t => (((t - 3) * (t - 3)) - 9, 2 * (t - 3)),
        ["infinite beyond a barrier"] = t
            => t < 0.7 ? (-Math.Log(0.7 - t) - (3 * t), (1 / (0.7 - t)) - 3) : (double.PositiveInfinity, double.NaN),
        ["undefined beyond a barrier"] = t => t < 0.7 ? (-Math.Log(0.7 - t) - (3 * t), (1 / (0.7 - t)) - 3) : (double.NaN, double.NaN),
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void Steps_found_along_difficult_lines_satisfy_the_strong_wolfe_conditions(string function, double firstStep)
    {
        Func<double, (double Loss, double Slope)> phi = Functions[function];
        (double loss, double slope) = phi(0);
        double[] gradient = [slope];
        Search search = new(1, 1e-12);
        Search.Point found = search.Search(AlongTheAxis, [0], [1], new(0, loss, slope), firstStep, gradient);

        (double foundLoss, double foundSlope) = phi(found.Step);
        Assert.Equal((foundLoss, foundSlope), (found.Loss, found.Slope));
        Assert.Equal([foundSlope], gradient);
        Assert.True(found.Step > 0);
        Assert.True(foundLoss <= loss + (1e-4 * found.Step * slope));
        Assert.True(Math.Abs(foundSlope) <= 0.9 * Math.Abs(slope));
        Assert.InRange(search.Evaluations, 1, 25);

        double AlongTheAxis(ReadOnlySpan<double> x, Span<double> g)
        {
            (double value, g[0]) = phi(x[0]);
            return value;
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(30)]
    public void Every_step_that_is_taken_satisfies_them(int count)
    {
        double[] x = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? -1.2 : 1)];
        AssertWolfe(x, Problem.Rosenbrock, steps: 200);
        Assert.All(x, entry => Assert.Equal(1, entry, 1e-6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void On_quadratics_too(int seed)
    {
        (Objective<double> objective, double[] minimum) = Problem.Quadratic(15, 1e3, seed);
        double[] x = Problem.Start(15, seed);
        AssertWolfe(x, objective, steps: 200);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(minimum[i], x[i], 1e-6);
        }
    }

    /// <summary>The conditions do not change with the length of d, so that the move itself may stand for it.</summary>
    private static void AssertWolfe(double[] x, Objective<double> objective, int steps)
    {
        Lbfgs<double> optimizer =
            new(x.Length, new LbfgsSettings { MaxIterations = 1, LineSearch = LineSearch.StrongWolfe, ChangeTolerance = 1e-20 });
        double[] gradient = new double[x.Length];
        double[] nextGradient = new double[x.Length];
        int moved = 0;
        for (int step = 0; step < steps; step++)
        {
            double[] before = [.. x];
            double loss = objective(x, gradient);
            Assert.Equal(loss, optimizer.Step(x, objective));
            double[] move = [.. x.Zip(before, (a, b) => a - b)];
            if (loss < 1e-14)
            {
                break;
            }

            double nextLoss = objective(x, nextGradient);
            double slope = gradient.Zip(move, (a, b) => a * b).Sum();
            double nextSlope = nextGradient.Zip(move, (a, b) => a * b).Sum();
            Assert.True(slope < 0);
            Assert.True(nextLoss <= loss + (1e-4 * slope));
            Assert.True(Math.Abs(nextSlope) <= -0.9000001 * slope);
            moved++;
        }

        Assert.InRange(moved, 10, steps - 1);
    }

    [Fact]
    public void A_line_that_falls_for_ever_is_followed_to_the_last_evaluation()
    {
        double[] gradient = [-1];
        Search search = new(1, 1e-9);
        Search.Point found = search.Search(
            (x, g) =>
            {
                g[0] = -1;
                return -x[0];
            },
            [0], [1], new(0, 0, -1), 1, gradient);
        Assert.Equal(25, search.Evaluations);
        Assert.InRange(found.Step, 1e3, double.MaxValue);
        Assert.Equal(-found.Step, found.Loss);
    }

    [Fact]
    public void Where_nothing_decreases_it_stays()
    {
        // The gradient promises what the loss does not keep.
        double[] gradient = [-1];
        Search search = new(1, 1e-9);
        Search.Point found = search.Search(
            (x, g) =>
            {
                g[0] = 1;
                return x[0];
            },
            [0], [1], new(0, 0, -1), 1, gradient);
        Assert.Equal(new Search.Point(0, 0, -1), found);
        Assert.Equal([-1], gradient);
    }

    [Theory]
    [InlineData(1, -2, -3, 0)]
    [InlineData(0.5, 1, -4, 2)]
    [InlineData(0, 1, -3, 1)]
    public void The_minimum_of_a_cubic_is_exact(double c3, double c2, double c1, double c0)
    {
        double expected = c3 == 0 ? -c1 / (2 * c2) : (-c2 + Math.Sqrt((c2 * c2) - (3 * c3 * c1))) / (3 * c3);
        foreach ((double a, double b) in new[] { (0.0, 4.0), (4.0, 0.0), (0.5, 0.8), (-1.0, 3.0) })
        {
            Assert.Equal(expected, Search.CubicMinimum(At(a), At(b), -10, 10), 1e-12);
        }

        Search.Point At(double t) => new(t, (((((c3 * t) + c2) * t) + c1) * t) + c0, (((3 * c3 * t) + (2 * c2)) * t) + c1);
    }

    [Fact]
    public void A_cubic_without_a_minimum_is_halved_and_one_outside_is_cut_off()
    {
        Search.Point a = new(0, 0, -1);
        Assert.Equal(0.5, Search.CubicMinimum(a, new(1, -1, -1), 0, 1));
        Assert.Equal(0.5, Search.CubicMinimum(a, new(1, double.PositiveInfinity, double.NaN), 0, 1));
        Assert.Equal(2, Search.CubicMinimum(a, new(1, -0.9, -0.8), 1, 2));
    }
}
