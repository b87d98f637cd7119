using LinearTransformers.Shapes;

namespace LinearTransformers.Analysis;

/// <summary>
/// Condition numbers of a Hessian. The robust ones divide the largest curvature in size by the median one instead of
/// the smallest; the median of k numbers is the lower one, number (k−1)/2 of the sorted list counted from 0, as
/// PyTorch's <c>median</c> takes it. All are +∞ where the divisor is zero, and NaN where an entry is NaN or all are 0.
/// </summary>
public static class ConditionNumber
{
    /// <summary>
    /// max |h_ii| / median |h_ii| over the whole Hessian diagonal, as paper [2] measured it (figure 4 and table 1, on
    /// the test batch). P̂ of the last layer counts, although the loss does not depend on it: its zeros are a sixth of
    /// the entries of a model of three layers, a quarter with two, and half with one, where the result is +∞.
    /// </summary>
    /// <param name="diagonal">The whole diagonal.</param>
    public static double Published(ReadOnlySpan<double> diagonal) => LargestOverMedian(diagonal);

    /// <summary>
    /// max |h_ii| / median |h_ii| over the parameters that the loss depends on (<see
    /// cref="ParameterCoordinates.Live(LinearTransformerShape)"/>): what was meant.
    /// </summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="diagonal">The whole diagonal.</param>
    public static double Live(LinearTransformerShape shape, ReadOnlySpan<double> diagonal)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (diagonal.Length != shape.ParameterCount)
        {
            throw new ArgumentException(
                $"a diagonal of {diagonal.Length} entries does not fit {shape.ParameterCount} parameters", nameof(diagonal));
        }

        int[] live = ParameterCoordinates.Live(shape);
        double[] entries = new double[live.Length];
        for (int i = 0; i < live.Length; i++)
        {
            entries[i] = diagonal[live[i]];
        }

        return LargestOverMedian(entries);
    }

    /// <summary>max |λ| / median |λ|: the robust condition number that the diagonal stands in for, free of the choice of axes.</summary>
    /// <param name="eigenvalues">Of the Hessian's live block.</param>
    public static double RobustSpectral(ReadOnlySpan<double> eigenvalues) => LargestOverMedian(eigenvalues);

    /// <summary>max |λ| / min |λ|: the condition number as usual.</summary>
    /// <param name="eigenvalues">Of the Hessian's live block.</param>
    public static double Spectral(ReadOnlySpan<double> eigenvalues)
    {
        double[] sizes = Sizes(eigenvalues);
        return sizes[^1] / sizes[0];
    }

    /// <summary>The lower median of the sizes |x|: number (k−1)/2 of the sorted list, counted from 0; NaN if any is.</summary>
    /// <param name="entries">The k numbers x, at least one.</param>
    public static double LowerMedianOfMagnitudes(ReadOnlySpan<double> entries)
    {
        double[] sizes = Sizes(entries);
        return double.IsNaN(sizes[0]) ? double.NaN : sizes[(sizes.Length - 1) / 2];
    }

    private static double LargestOverMedian(ReadOnlySpan<double> entries)
    {
        double[] sizes = Sizes(entries);
        return double.IsNaN(sizes[0]) ? double.NaN : sizes[^1] / sizes[(sizes.Length - 1) / 2];
    }

    /// <summary>|x|, ascending; NaN comes first.</summary>
    private static double[] Sizes(ReadOnlySpan<double> entries)
    {
        if (entries.IsEmpty)
        {
            throw new ArgumentException("a condition number needs at least one entry", nameof(entries));
        }

        double[] sizes = new double[entries.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = Math.Abs(entries[i]);
        }

        Array.Sort(sizes);
        return sizes;
    }
}
