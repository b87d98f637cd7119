namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>What draws each kind of figure. A new kind is registered here.</summary>
internal static class FigureRenderers
{
    public static IFigureRenderer Of(Figure figure) => figure switch
    {
        LineFigure line => new LineFigureRenderer(line),
        PanelFigure panels => new PanelFigureRenderer(panels),
        HeatMapFigure heatMap => new HeatMapFigureRenderer(heatMap),
        HistogramFigure histogram => new HistogramFigureRenderer(histogram),
        MapFigure map => new MapFigureRenderer(map),
        ScatterFigure scatter => new ScatterFigureRenderer(scatter),
        _ => throw new ArgumentException($"No renderer is registered for {figure.GetType().Name}.", nameof(figure)),
    };
}
