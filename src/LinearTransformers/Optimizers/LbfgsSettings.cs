namespace LinearTransformers.Optimizers;

/// <summary>What determines L-BFGS; the defaults are those of <c>torch.optim.LBFGS</c> in PyTorch 1.13.</summary>
public sealed record LbfgsSettings
{
    /// <summary>Inner iterations of a step at most, <c>max_iter</c> ≥ 1.</summary>
    public int MaxIterations { get; init; } = 20;

    /// <summary>
    /// A step begins no further inner iteration once it has evaluated the objective this often, <c>max_eval</c> ≥ 1;
    /// null for ⌊5/4 · <see cref="MaxIterations"/>⌋. As the evaluation that begins the step counts, that default cuts two
    /// iterations to one and three to two.
    /// </summary>
    public int? MaxEvaluations { get; init; }

    /// <summary>A step ends where no entry of the gradient is larger in size than this, ≥ 0.</summary>
    public double GradientTolerance { get; init; } = 1e-7;

    /// <summary>
    /// A step ends when no parameter moves by more than this, or the loss changes by less, or the slope gᵀd of the loss
    /// along the direction is above its negative; ≥ 0.
    /// </summary>
    public double ChangeTolerance { get; init; } = 1e-9;

    /// <summary>Curvature pairs that are remembered, <c>history_size</c> ≥ 1.</summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>How far to go along a direction.</summary>
    public LineSearch LineSearch { get; init; } = LineSearch.None;

    /// <summary><see cref="MaxEvaluations"/>, its default filled in.</summary>
    internal int EvaluationLimit => MaxEvaluations ?? (int)(MaxIterations * 5L / 4);

    /// <summary>Throws if a setting makes no sense.</summary>
    /// <exception cref="ArgumentException">Says which, its value and what would be right.</exception>
    public void Validate()
    {
        AtLeastOne(MaxIterations, nameof(MaxIterations));
        AtLeastOne(MaxEvaluations ?? 1, nameof(MaxEvaluations));
        AtLeastOne(HistorySize, nameof(HistorySize));
        NotNegative(GradientTolerance, nameof(GradientTolerance));
        NotNegative(ChangeTolerance, nameof(ChangeTolerance));
        if (!Enum.IsDefined(LineSearch))
        {
            throw new ArgumentException($"{nameof(LineSearch)} is {LineSearch}: it must be {LineSearch.None} or {LineSearch.StrongWolfe}");
        }
    }

    private static void AtLeastOne(int value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{name} is {value}: it must be at least 1");
        }
    }

    private static void NotNegative(double value, string name)
    {
        if (!(value >= 0) || !double.IsFinite(value))
        {
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}: it must be at least 0 and finite"));
        }
    }
}
