namespace LinearTransformers.Baselines;

/// <summary>The squared query errors e = (ŷ − y)² of some prompts, summed. Those of other prompts can be added.</summary>
/// <param name="Prompts">How many prompts, n.</param>
/// <param name="Sum">Σ e.</param>
/// <param name="SumOfSquares">Σ e².</param>
public readonly record struct QueryErrors(long Prompts, double Sum, double SumOfSquares)
{
    /// <summary>The mean squared error m = Σ e / n; NaN without prompts.</summary>
    public double Loss => Sum / Prompts;

    /// <summary>The standard error of that mean, √((Σ e²/n − m²)/(n − 1)); NaN for fewer than two prompts.</summary>
    public double StandardError
        => Prompts < 2 ? double.NaN : Math.Sqrt(Math.Max(0, (SumOfSquares / Prompts) - (Loss * Loss)) / (Prompts - 1));

    /// <summary>The errors of all prompts of two lots.</summary>
    public static QueryErrors operator +(QueryErrors a, QueryErrors b) => a.Add(b);

    /// <summary>The errors of these prompts and others.</summary>
    public QueryErrors Add(QueryErrors other) => new(Prompts + other.Prompts, Sum + other.Sum, SumOfSquares + other.SumOfSquares);

    /// <summary>Those that are summed in columns, as <see cref="SquaredErrors"/> has them.</summary>
    internal static QueryErrors[] OfColumns(ReadOnlySpan<double> sums, int prompts)
    {
        QueryErrors[] errors = new QueryErrors[sums.Length / SquaredErrors.Count(1)];
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] = new QueryErrors(prompts, sums[i], sums[errors.Length + i]);
        }

        return errors;
    }
}
