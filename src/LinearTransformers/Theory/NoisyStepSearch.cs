using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// The best steps of preconditioned gradient descent on noisy labels, where the problem is no longer one of polynomials
/// alone: see <see cref="PreconditionedGradientDescentFloor"/>, whose symbols these are.
/// </summary>
/// <remarks>
/// The roots of the best polynomial p are those of t ρ(t) + c other than −c, where ρ(t) = Π_j (τ_j − t)/(τ_j + c). t ρ(t) is positive
/// below τ_1, negative on (τ_1, τ_2), and so on: on each interval where it is negative it has one least point, and two roots if it
/// reaches −c there. For odd L one more root lies beyond τ_L.
/// </remarks>
internal sealed class NoisyStepSearch
{
    private const int MaxIterations = 500;
    private const double Apart = 1e-3;

    private readonly double[] _tau;
    private readonly double _c;

    /// <param name="tau">τ, the Gauss nodes of t dμ(t), ascending; L of them.</param>
    /// <param name="c">s/N.</param>
    public NoisyStepSearch(double[] tau, double c)
    {
        (_tau, _c) = (tau, c);
        StepSizes = Roots(out bool allReal);
        AllReal = allReal;
    }

    /// <summary>Whether the roots of the best polynomial are all real.</summary>
    public bool AllReal { get; }

    /// <summary>One over each root; where two are not real, twice one over the point between them.</summary>
    public double[] StepSizes { get; }

    /// <summary>ρ(t).</summary>
    public double Rho(double t)
    {
        double rho = 1;
        foreach (double tau in _tau)
            rho *= (tau - t) / (tau + _c);
        return rho;
    }

    /// <summary>
    /// The best real step sizes: from the best polynomial where its roots are real, otherwise by Levenberg–Marquardt
    /// steps on the excess over the loss of the best single penalty, from a few starting points.
    /// </summary>
    public double[] Best(WishartQuadrature quadrature)
    {
        if (AllReal)
            return StepSizes;

        double[] best = StepSizes;
        double bestValue = double.PositiveInfinity;
        foreach (double[] start in Starts())
        {
            double value = LevenbergMarquardt.Minimize(
                (steps, r, J) => Linearize(quadrature, steps, r, J), quadrature.Nodes.Length, start, MaxIterations);
            if (value < bestValue)
                (best, bestValue) = (start, value);
        }

        return best;
    }

    // The excess is Σ w t ρ²/(t + c) with ρ = p − c (1 − p)/t, that is Σ w (t + c)/t · (p − c/(t + c))².
    private void Linearize(WishartQuadrature quadrature, ReadOnlySpan<double> steps, double[] r, double[,] J)
    {
        for (int j = 0; j < r.Length; j++)
        {
            double t = quadrature.Nodes[j];
            double root = t > 0 ? Math.Sqrt(quadrature.Weights[j] * (t + _c) / t) : 0;
            double p = 1;
            foreach (double a in steps)
                p *= 1 - a * t;
            r[j] = root * (p - _c / (t + _c));
            for (int k = 0; k < steps.Length; k++)
            {
                double others = 1;
                for (int i = 0; i < steps.Length; i++)
                    others *= i == k ? 1 : 1 - steps[i] * t;
                J[j, k] = -root * t * others;
            }
        }
    }

    private IEnumerable<double[]> Starts()
    {
        yield return Spread(StepSizes);
        yield return Array.ConvertAll(_tau, tau => 1 / tau);
        yield return Array.ConvertAll(_tau, tau => 1 / (tau + _c));
        double middle = 1 / (_tau[^1] + _c);
        yield return Spread([.. Enumerable.Repeat(middle, _tau.Length)]);
        yield return Spread([.. Enumerable.Repeat(middle / _tau.Length, _tau.Length)]);
    }

    // Equal steps have equal derivatives and would stay equal.
    private static double[] Spread(double[] steps)
        => [.. steps.Select((step, k) => step * (1 + Apart * (k - (steps.Length - 1) / 2.0)))];

    private double[] Roots(out bool allReal)
    {
        allReal = true;
        List<double> roots = [];
        for (int j = 0; j + 1 < _tau.Length; j += 2)
        {
            double lowest = Bisect(_tau[j], _tau[j + 1], t => LogarithmicSlope(t) > 0);
            if (lowest * Rho(lowest) + _c <= 0)
            {
                roots.Add(Bisect(_tau[j], lowest, t => t * Rho(t) + _c > 0));
                roots.Add(Bisect(lowest, _tau[j + 1], t => t * Rho(t) + _c < 0));
            }
            else
            {
                allReal = false;
                roots.AddRange([lowest, lowest]);
            }
        }

        if (_tau.Length % 2 == 1)
        {
            double high = 2 * _tau[^1];
            while (high * Rho(high) + _c > 0)
                high *= 2;
            roots.Add(Bisect(_tau[^1], high, t => t * Rho(t) + _c > 0));
        }

        double[] steps = [.. roots.Select(root => 1 / root)];
        Array.Sort(steps);
        return steps;
    }

    // The derivative of log |t ρ(t)|, which falls from one root to the next.
    private double LogarithmicSlope(double t)
    {
        double slope = 1 / t;
        foreach (double tau in _tau)
            slope += 1 / (t - tau);
        return slope;
    }

    private static double Bisect(double low, double high, Func<double, bool> isBelow)
    {
        for (double middle = low + (high - low) / 2; middle > low && middle < high; middle = low + (high - low) / 2)
        {
            if (isBelow(middle))
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
