namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// An immutable description of a picture: data, words and style, nothing drawn yet. <c>FigureWriter</c> turns
/// it into files. A new kind of figure is a record derived from this one and a renderer.
/// </summary>
public abstract record Figure
{
    private protected Figure(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        Title = title;
    }

    /// <summary>The line above the figure; empty for none.</summary>
    public string Title { get; init; }

    /// <summary>Small lines at the foot of the figure, which is that much higher; empty for none.</summary>
    public string Note { get; init; } = "";

    public FigureStyle Style { get; init; } = FigureStyle.Paper;
}
