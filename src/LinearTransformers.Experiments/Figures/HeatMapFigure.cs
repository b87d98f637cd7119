using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// Square matrices side by side, every entry printed with two decimals on a colour that diverges from white at zero to
/// blue for negative and vermilion for positive entries. The figure is as large as its entries need.
/// </summary>
public sealed record HeatMapFigure : Figure
{
    /// <exception cref="ArgumentException">There are no matrices.</exception>
    public HeatMapFigure(string title, IEnumerable<HeatMap> matrices)
        : base(title)
    {
        Matrices = [.. matrices];
        if (Matrices.IsEmpty)
            throw new ArgumentException($"The figure \"{title}\" has no matrices; it needs at least one.", nameof(matrices));
    }

    /// <summary>Row by row.</summary>
    public ImmutableArray<HeatMap> Matrices { get; }

    /// <summary>Matrices in a row; null puts all of them into one.</summary>
    /// <exception cref="ArgumentException">Less than one.</exception>
    public int? Columns
    {
        get;
        init
        {
            if (value < 1)
                throw new ArgumentException($"{nameof(Columns)} is {value}; it needs to be at least 1.", nameof(Columns));

            field = value;
        }
    }

    public HeatMapScale Scale { get; init; } = HeatMapScale.PerMatrix;

    public bool ShowColorBar { get; init; } = true;
}
