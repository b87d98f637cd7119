using LinearTransformers.Optimizers;

namespace LinearTransformers.Tests.Optimizers;

public class LbfgsTests
{
    /// <summary>No tolerance ends a step early.</summary>
    private static readonly LbfgsSettings Untiring = new() { GradientTolerance = 0, ChangeTolerance = 0 };

    [Theory]
    [InlineData(1, 4, 10, 0.1)]
    [InlineData(6, 4, 600, 0.1)]
    [InlineData(9, 4, 3, 0.1)]
    [InlineData(12, 1, 5, 0.5)]
    [InlineData(7, 5, 2, 1)]
    public void On_quadratics_it_goes_where_the_inverse_hessian_written_out_leads(int count, int inner, int history, double eta)
    {
        (Objective<double> objective, _) = Problem.Quadratic(count, 50, seed: count);
        AssertSamePath(objective, Problem.Start(count, seed: 5), inner, history, eta, steps: 12);
    }

    [Theory]
    [InlineData(2, 600)]
    [InlineData(10, 600)]
    [InlineData(10, 4)]
    public void In_rosenbrocks_valley_too(int count, int history)
        => AssertSamePath(Problem.Rosenbrock, [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? -1.2 : 1)], 4, history, 0.1,
            steps: 15);

    private static void AssertSamePath(Objective<double> objective, double[] start, int inner, int history, double eta, int steps)
    {
        double[] x = [.. start];
        double[] expected = [.. start];
        Lbfgs<double> optimizer = new(x.Length, Untiring with { MaxIterations = inner, HistorySize = history });
        ExplicitBfgs reference = new(inner, history);
        for (int step = 0; step < steps; step++)
        {
            optimizer.Step(x, objective, eta);
            reference.Step(expected, objective, eta);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(expected[i], x[i], 1e-9 * Math.Max(1, Math.Abs(expected[i])));
            }
        }

        Assert.NotEqual(start, x);
        Assert.InRange(optimizer.Pairs, 1, history);
    }

    [Theory]
    [InlineData(LineSearch.None)]
    [InlineData(LineSearch.StrongWolfe)]
    public void It_finds_the_minimum_of_a_convex_quadratic(LineSearch lineSearch)
    {
        (Objective<double> objective, double[] minimum) = Problem.Quadratic(20, 1e3, seed: 2);
        double[] x = Problem.Start(20, seed: 3);
        Lbfgs<double> optimizer =
            new(20, new LbfgsSettings { LineSearch = lineSearch, GradientTolerance = 1e-10, ChangeTolerance = 1e-20 });
        for (int step = 0; step < 20; step++)
        {
            optimizer.Step(x, objective);
        }

        Assert.InRange(optimizer.Iterations, 20, 200);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(minimum[i], x[i], 1e-9);
        }
    }

    [Fact]
    public void It_finds_the_minimum_in_single_precision()
    {
        (Objective<double> objective, double[] minimum) = Problem.Quadratic(20, 100, seed: 2);
        float[] x = [.. Problem.Start(20, seed: 3).Select(v => (float)v)];
        Lbfgs<float> optimizer = new(20);
        for (int step = 0; step < 10; step++)
        {
            optimizer.Step(x, Problem.InSingle(objective));
        }

        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(minimum[i], x[i], 1e-4);
        }
    }

    [Fact]
    public void The_first_move_is_down_the_gradient_and_no_longer_than_the_learning_rate_in_sum()
    {
        double[] x = [0, 0];
        Lbfgs<double> optimizer = new(2, new LbfgsSettings { MaxIterations = 1 });
        optimizer.Step(x, Linear(3, -1), stepSize: 0.1);
        Assert.Equal(-0.075, x[0], 1e-16);
        Assert.Equal(0.025, x[1], 1e-16);

        x = [0, 0];
        new Lbfgs<double>(2, new LbfgsSettings { MaxIterations = 1 }).Step(x, Linear(0.25, -0.5), stepSize: 0.1);
        Assert.Equal([-0.025, 0.05], x);
    }

    [Fact]
    public void A_step_returns_the_loss_before_it()
    {
        double[] x = [-1.2, 1];
        double before = Problem.Rosenbrock(x, new double[2]);
        Assert.Equal(before, new Lbfgs<double>(2).Step(x, Problem.Rosenbrock, 0.1));
    }

    [Fact]
    public void Known_losses_and_gradients_are_taken_as_if_evaluated()
    {
        (Objective<double> objective, _) = Problem.Quadratic(5, 10, seed: 1);
        double[] x = Problem.Start(5, seed: 2);
        double[] y = [.. x];
        double[] gradient = new double[5];
        Lbfgs<double> evaluating = new(5);
        Lbfgs<double> told = new(5);
        for (int step = 0; step < 3; step++)
        {
            evaluating.Step(x, objective, 0.1);
            double loss = objective(y, gradient);
            told.Step(y, loss, gradient, objective, 0.1);
            Assert.Equal(x, y);
        }

        Assert.Equal(evaluating.Evaluations, told.Evaluations);
    }

    [Fact]
    public void The_last_inner_iteration_does_not_evaluate()
    {
        int evaluations = 0;
        double[] x = [-1.2, 1];
        Lbfgs<double> optimizer = new(2, new LbfgsSettings { MaxIterations = 4 });
        for (int step = 1; step <= 3; step++)
        {
            optimizer.Step(x, Counted, 0.1);
            Assert.Equal(4 * step, evaluations);
            Assert.Equal(4 * step, optimizer.Evaluations);
            Assert.Equal(4 * step, optimizer.Iterations);
        }

        double Counted(ReadOnlySpan<double> at, Span<double> gradient)
        {
            evaluations++;
            return Problem.Rosenbrock(at, gradient);
        }
    }

    [Fact]
    public void It_stops_when_the_evaluations_are_used_up()
    {
        double[] x = [-1.2, 1];
        Lbfgs<double> optimizer = new(2, new LbfgsSettings { MaxEvaluations = 3 });
        optimizer.Step(x, Problem.Rosenbrock, 0.1);
        Assert.Equal(3, optimizer.Evaluations);
        Assert.Equal(2, optimizer.Iterations);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 2, 3)]
    [InlineData(4, 4, 4)]
    [InlineData(20, 20, 20)]
    public void The_default_number_of_evaluations_cuts_two_and_three_iterations_short_as_in_pytorch(
        int allowed, int iterations, int evaluations)
    {
        double[] x = [-1.2, 1];
        Lbfgs<double> optimizer = new(2, Untiring with { MaxIterations = allowed });
        optimizer.Step(x, Problem.Rosenbrock, 0.1);
        Assert.Equal((iterations, evaluations), (optimizer.Iterations, optimizer.Evaluations));
    }

    [Fact]
    public void It_stays_where_the_gradient_is_within_its_tolerance()
    {
        double[] x = [0.5];
        Lbfgs<double> optimizer = new(1);
        optimizer.Step(x, Linear(1e-7), 0.1);
        Assert.Equal([0.5], x);
        Assert.Equal((0, 1), (optimizer.Iterations, optimizer.Evaluations));
    }

    [Fact]
    public void It_stops_where_the_gradient_comes_within_its_tolerance()
    {
        // η = 1 and |g| = ½: the first move ends at the minimum.
        double[] x = [0.5];
        Lbfgs<double> optimizer = new(1);
        optimizer.Step(x, Bowl(1), 1);
        Assert.Equal([0], x);
        Assert.Equal((1, 2), (optimizer.Iterations, optimizer.Evaluations));
    }

    [Fact]
    public void It_does_not_move_where_the_slope_is_within_the_change_tolerance()
    {
        // gᵀd = −10⁻¹⁰ > −10⁻⁹.
        double[] x = [0.5];
        Lbfgs<double> optimizer = new(1);
        optimizer.Step(x, Linear(1e-5), 1);
        Assert.Equal([0.5], x);
        Assert.Equal((1, 1), (optimizer.Iterations, optimizer.Evaluations));
    }

    [Fact]
    public void It_stops_when_no_parameter_moves_by_more_than_the_change_tolerance()
    {
        double[] x = [0.5];
        Lbfgs<double> optimizer = new(1, new LbfgsSettings { ChangeTolerance = 1e-3 });
        optimizer.Step(x, Linear(1000), 1e-3);
        Assert.Equal(0.499, x[0], 1e-15);
        Assert.Equal((1, 2), (optimizer.Iterations, optimizer.Evaluations));
    }

    [Fact]
    public void It_stops_when_the_loss_does_not_change()
    {
        // A ridge is crossed to the same height on its other side.
        double[] x = [0.5];
        Lbfgs<double> optimizer = new(1);
        optimizer.Step(x, (at, gradient) =>
        {
            gradient[0] = Math.Sign(at[0]);
            return Math.Abs(at[0]);
        }, 1);
        Assert.Equal([-0.5], x);
        Assert.Equal((1, 2), (optimizer.Iterations, optimizer.Evaluations));
    }

    [Fact]
    public void Pairs_without_positive_curvature_are_not_remembered()
    {
        // f = −½‖x‖² bends down everywhere: all moves follow the gradient g = −x, x ← (1 + t) x.
        double[] x = [1, -2];
        Lbfgs<double> optimizer = new(2, new LbfgsSettings { MaxIterations = 4 });
        optimizer.Step(x, Bowl(-1), 0.5);
        Assert.Equal(0, optimizer.Pairs);
        double growth = (1 + (0.5 / 3)) * 1.5 * 1.5 * 1.5;
        Assert.Equal(growth, x[0], 1e-14);
        Assert.Equal(-2 * growth, x[1], 1e-14);
    }

    [Fact]
    public void Pairs_of_too_little_curvature_are_not_remembered_either()
    {
        // yᵀs = 10⁻⁸·|s|² with |s| = 0.05 is 2.5·10⁻¹¹.
        double[] x = [0];
        Lbfgs<double> optimizer = new(1, new LbfgsSettings { MaxIterations = 2, MaxEvaluations = 3 });
        optimizer.Step(x, (at, gradient) =>
        {
            gradient[0] = 1 + (1e-8 * at[0]);
            return at[0];
        }, 0.05);
        Assert.Equal(2, optimizer.Iterations);
        Assert.Equal(0, optimizer.Pairs);
    }

    [Fact]
    public void What_is_remembered_outlives_a_failed_curvature_test()
    {
        // f = 2x² has H = ¼ from the first pair on.
        double[] x = [1];
        Lbfgs<double> optimizer = new(1, Untiring with { MaxIterations = 4 });
        optimizer.Step(x, Bowl(4), 0.1);
        Assert.Equal(3, optimizer.Pairs);

        // A line of slope 100: gradients have risen along the last move, to the left, and then change no more. Four moves
        // of −0.1 · ¼ · 100.
        double before = x[0];
        optimizer.Step(x, Linear(100), 0.1);
        Assert.Equal(3, optimizer.Pairs);
        Assert.Equal(before - 10, x[0], 1e-12);
    }

    [Fact]
    public void Steps_make_no_garbage()
    {
        double[] x = new double[30];
        Lbfgs<double> optimizer = new(30, Untiring with { HistorySize = 5 });
        Objective<double> objective = Problem.Rosenbrock;
        optimizer.Step(x, objective, 0.1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        optimizer.Step(x, objective, 0.1);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Senseless_arguments_are_refused()
    {
        Refused(() => new Lbfgs<double>(0), "count");
        Refused(() => new Lbfgs<double>(1 << 20, new LbfgsSettings { HistorySize = 1 << 20 }), "at most 2047 pairs");
        Refused(() => new Lbfgs<double>(1, new LbfgsSettings { MaxIterations = 0 }), "MaxIterations is 0");
        Refused(() => new Lbfgs<double>(1, new LbfgsSettings { MaxEvaluations = 0 }), "MaxEvaluations is 0");
        Refused(() => new Lbfgs<double>(1, new LbfgsSettings { HistorySize = 0 }), "HistorySize is 0");
        Refused(() => new Lbfgs<double>(1, new LbfgsSettings { GradientTolerance = -1 }), "GradientTolerance is -1");
        Refused(() => new Lbfgs<double>(1, new LbfgsSettings { ChangeTolerance = double.NaN }), "ChangeTolerance is NaN");
        Refused(() => new Lbfgs<double>(1, new LbfgsSettings { LineSearch = (LineSearch)7 }), "LineSearch is 7");
        Assert.Throws<NotSupportedException>(() => new Lbfgs<Half>(1));

        Lbfgs<double> optimizer = new(2);
        Refused(() => optimizer.Step(new double[3], Problem.Rosenbrock), "3 entries");
        Assert.Throws<ArgumentException>(() => optimizer.Step(new double[2], 1, new double[1], Problem.Rosenbrock));
        Refused(() => optimizer.Step(new double[2], null!), "objective");
        foreach (double stepSize in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Refused(() => optimizer.Step(new double[2], Problem.Rosenbrock, stepSize), "stepSize");
        }

        static void Refused(Func<object> action, string message)
            => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    private static Objective<double> Linear(params double[] slopes) => (x, gradient) =>
    {
        double loss = 0;
        for (int i = 0; i < slopes.Length; i++)
        {
            gradient[i] = slopes[i];
            loss += slopes[i] * x[i];
        }

        return loss;
    };

    /// <summary>½ a ‖x‖².</summary>
    private static Objective<double> Bowl(double a) => (x, gradient) =>
    {
        double loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = a * x[i];
            loss += a * x[i] * x[i] / 2;
        }

        return loss;
    };
}
