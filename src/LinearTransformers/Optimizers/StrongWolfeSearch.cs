using System.Numerics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Optimizers;

/// <summary>
/// Looks along a direction d from x for a step t > 0 at which φ(t) = f(x + t d) satisfies the strong Wolfe conditions
/// φ(t) ≤ φ(0) + c₁ t φ′(0) (it has decreased enough) and |φ′(t)| ≤ c₂ |φ′(0)| (it is flat enough), with c₁ = 1e-4 and
/// c₂ = 0.9. Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 (bracketing) and 3.6 (zoom): steps grow
/// until an interval is known to hold such a point, and the interval then shrinks around it.
/// </summary>
/// <remarks>
/// Trial points are safeguarded with the constants of <c>torch.optim.LBFGS</c>. It differs from that one in three cases
/// where Nocedal and Wright's invariant, that the low end of the interval has decreased enough, would be lost: the
/// second trial is compared with the first as all later ones are with theirs; the low end never gives way to a point
/// that has not decreased enough; and a loss that is infinite or NaN counts as not decreased.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class StrongWolfeSearch<T>(int length, double changeTolerance)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal const double SufficientDecrease = 1e-4;
    internal const double Flatness = 0.9;
    private const int MaxEvaluations = 25;

    private readonly T[] _trial = new T[length];
    private readonly T[] _trialGradient = new T[length];
    private Point _origin;

    /// <summary>The objective's evaluations in the last search.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Searches.</summary>
    /// <param name="objective">f.</param>
    /// <param name="parameters">x.</param>
    /// <param name="direction">d.</param>
    /// <param name="origin">φ and φ′ at t = 0, φ′ negative.</param>
    /// <param name="firstStep">The t that is tried first.</param>
    /// <param name="gradient">That of f, at x before and at the point found after.</param>
    /// <returns>
    /// The point found. If the evaluations are used up, or the interval is too small to matter, it is the lowest point
    /// known to have decreased enough, which may be the origin.
    /// </returns>
    public Point Search(
        Objective<T> objective, ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Point origin, double firstStep, Span<T> gradient)
    {
        _origin = origin;
        Evaluations = 0;

        // Throughout, gradient is that of the lowest point that has decreased enough: previous here, low in Zoom.
        Point previous = origin;
        double t = firstStep;
        while (Evaluations < MaxEvaluations)
        {
            Point trial = Evaluate(objective, parameters, direction, t);
            if (!HasDecreased(trial) || (previous.Step > 0 && trial.Loss >= previous.Loss))
            {
                return Zoom(objective, parameters, direction, previous, trial, gradient);
            }

            _trialGradient.CopyTo(gradient);
            if (IsFlat(trial))
            {
                return trial;
            }

            if (trial.Slope >= 0)
            {
                return Zoom(objective, parameters, direction, trial, previous, gradient);
            }

            // Still going down: on to where the cubic says, further by a hundredth of the last stretch at least.
            t = CubicMinimum(previous, trial, trial.Step + (0.01 * (trial.Step - previous.Step)), 10 * trial.Step);
            previous = trial;
        }

        return previous;
    }

    /// <summary>
    /// Shrinks an interval. low has decreased enough, is the lowest such point so far, and φ falls from it towards high.
    /// </summary>
    private Point Zoom(
        Objective<T> objective, ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Point low, Point high, Span<T> gradient)
    {
        double reach = double.CreateTruncating(FixedOrder.LargestMagnitude(direction));
        bool wasNearAnEnd = false;
        while (Evaluations < MaxEvaluations && Math.Abs(high.Step - low.Step) * reach >= changeTolerance)
        {
            double t = Inside(low, high, ref wasNearAnEnd);
            Point trial = Evaluate(objective, parameters, direction, t);
            if (!HasDecreased(trial) || trial.Loss >= low.Loss)
            {
                high = trial;
                continue;
            }

            _trialGradient.CopyTo(gradient);
            if (IsFlat(trial))
            {
                return trial;
            }

            if (trial.Slope * (high.Step - low.Step) >= 0)
            {
                high = low;
            }

            low = trial;
        }

        return low;
    }

    /// <summary>
    /// The cubic's minimum between two points. Close to an end, within a tenth of the interval, it may be once; at the
    /// end, or the second time in a row, it is moved a tenth away from it, so that the interval keeps shrinking.
    /// </summary>
    private static double Inside(Point low, Point high, ref bool wasNearAnEnd)
    {
        (double left, double right) = low.Step < high.Step ? (low.Step, high.Step) : (high.Step, low.Step);
        double t = CubicMinimum(low, high, left, right);
        double margin = 0.1 * (right - left);
        bool isNearAnEnd = Math.Min(right - t, t - left) < margin;
        if (isNearAnEnd && (wasNearAnEnd || t <= left || t >= right))
        {
            wasNearAnEnd = false;
            return right - t < t - left ? right - margin : left + margin;
        }

        wasNearAnEnd = isNearAnEnd;
        return t;
    }

    /// <summary>
    /// Where the cubic through two points, with their slopes, has its minimum, but from least to most; halfway between
    /// those if it has none.
    /// </summary>
    /// <remarks>
    /// With h = b − a, u = (t − a)/h, p = h φ′(a), q = h φ′(b), e = p + q − 3(φ(b) − φ(a)), the cubic has
    /// c′(u) = p − 2(e + p) u + (p + q + 2e) u². Of its roots (e + p ± r)/(p + q + 2e), r = √(e² − p q), c″ = ±2r makes
    /// the upper sign the minimum; from b, and without a division by zero when c is a parabola, it is
    /// 1 − u = (q + r − e)/(q − p + 2r).
    /// </remarks>
    internal static double CubicMinimum(Point a, Point b, double least, double most)
    {
        double h = b.Step - a.Step;
        double p = h * a.Slope;
        double q = h * b.Slope;
        double e = p + q - (3 * (b.Loss - a.Loss));
        double r = Math.Sqrt((e * e) - (p * q));
        double t = b.Step - (h * (q + r - e) / (q - p + (2 * r)));
        return double.IsFinite(t) ? Math.Min(Math.Max(t, least), most) : (least + most) / 2;
    }

    private Point Evaluate(Objective<T> objective, ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, double t)
    {
        // A step is a number of the parameters' type, so that the point is the one that L-BFGS will move to.
        T step = T.CreateTruncating(t);
        parameters.CopyTo(_trial);
        FixedOrder.AddScaled(_trial, step, direction);
        double loss = objective(_trial, _trialGradient);
        Evaluations++;
        return new(double.CreateTruncating(step), loss, FixedOrder.Dot<T>(_trialGradient, direction));
    }

    private bool HasDecreased(Point trial)
        => trial.Loss <= _origin.Loss + (SufficientDecrease * trial.Step * _origin.Slope);

    private bool IsFlat(Point trial) => Math.Abs(trial.Slope) <= -Flatness * _origin.Slope;

    /// <summary>φ at a step.</summary>
    /// <param name="Step">t.</param>
    /// <param name="Loss">φ(t).</param>
    /// <param name="Slope">φ′(t) = ∇f(x + t d)ᵀ d.</param>
    internal readonly record struct Point(double Step, double Loss, double Slope);
}
