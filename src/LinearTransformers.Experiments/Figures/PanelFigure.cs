using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// A grid of line figures with one style and one legend. The legend stands in the free cell at the end of the grid
/// where there is one, below the grid otherwise; it lists every name once, in the colour of its first appearance.
/// Styles, legends and sizes of the panels themselves are not looked at.
/// </summary>
public sealed record PanelFigure : Figure
{
    /// <exception cref="ArgumentException">There are no panels.</exception>
    public PanelFigure(string title, IEnumerable<LineFigure> panels)
        : base(title)
    {
        Panels = [.. panels];
        if (Panels.IsEmpty)
            throw new ArgumentException($"The figure \"{title}\" has no panels; it needs at least one.", nameof(panels));
    }

    /// <summary>Row by row.</summary>
    public ImmutableArray<LineFigure> Panels { get; }

    /// <summary>Panels in a row.</summary>
    /// <exception cref="ArgumentException">Less than one.</exception>
    public int Columns
    {
        get;
        init
        {
            if (value < 1)
                throw new ArgumentException($"{nameof(Columns)} is {value}; it needs to be at least 1.", nameof(Columns));

            field = value;
        }
    } = 3;

    /// <summary>Whether all panels show the same range of the vertical axis, so that they can be compared at a glance.</summary>
    public bool ShareVerticalAxis { get; init; } = true;

    /// <summary>Of one panel.</summary>
    public FigureSize PanelSize { get; init; } = new(316, 244);
}
