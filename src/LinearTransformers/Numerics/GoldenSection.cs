namespace LinearTransformers.Numerics;

/// <summary>Minimisation in one dimension by golden sections (Kiefer, 1953): a bracket shrinks by 0.618 with each value.</summary>
internal static class GoldenSection
{
    private static readonly double Ratio = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The point of least value met while shrinking the bracket, and that value.</summary>
    /// <param name="function">Falls, then rises between the ends.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="tolerance">The last bracket's width relative to its ends, at least a few units of 2⁻⁵³.</param>
    public static (double Point, double Value) Minimize(Func<double, double> function, double low, double high, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tolerance, 1e-15);
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        double left = high - (Ratio * (high - low));
        double right = low + (Ratio * (high - low));
        double atLeft = function(left);
        double atRight = function(right);
        while (high - low > tolerance * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            // A value that is not a number counts as large: the bracket moves away from it.
            if (atLeft <= atRight || double.IsNaN(atRight))
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (Ratio * (high - low));
                atLeft = function(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (Ratio * (high - low));
                atRight = function(right);
            }
        }

        return atLeft <= atRight ? (left, atLeft) : (right, atRight);
    }
}
