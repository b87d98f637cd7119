namespace LinearTransformers.Prompts;

/// <summary>
/// Where a bundle's Gram statistics lie, counted in bundles of numbers: the lower triangle of G = (1/N) Σ x xᵀ row
/// by row, g = (1/N) Σ x y, the query x_q, and the label y_q that is to be predicted.
/// </summary>
internal readonly struct GramLayout(int dimension)
{
    public int Cross => dimension * (dimension + 1) / 2;

    public int Query => Cross + dimension;

    public int Label => Query + dimension;

    public int Stride => Label + 1;
}
