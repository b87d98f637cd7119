namespace LinearTransformers.Prompts;

/// <summary>
/// Where a bundle's Gram statistics lie, counted in bundles of numbers: the lower triangle of G = (1/N) Σ x xᵀ row
/// by row, g = (1/N) Σ x y, the query x_q, and the label y_q that is to be predicted; behind them, where they are wanted, (1/N) Σ y² and
/// the standard deviation σ of the labels' noise.
/// </summary>
internal readonly record struct GramLayout(int Dimension, bool HasSquare = false, bool HasDeviation = false)
{
    public int Cross => Dimension * (Dimension + 1) / 2;

    public int Query => Cross + Dimension;

    public int Label => Query + Dimension;

    /// <summary>(1/N) Σ y².</summary>
    public int Square => Label + 1;

    /// <summary>σ.</summary>
    public int Deviation => Square + (HasSquare ? 1 : 0);

    public int Stride => Deviation + (HasDeviation ? 1 : 0);
}
