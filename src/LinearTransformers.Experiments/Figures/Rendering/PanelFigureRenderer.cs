using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>A grid of line figures with aligned axes and one legend.</summary>
internal sealed class PanelFigureRenderer : IFigureRenderer
{
    private const float Gap = 12;

    private readonly PanelFigure _figure;

    private readonly FigureStyle _style;

    private readonly IReadOnlyList<IReadOnlyList<PlacedSeries>> _series;

    private readonly List<LegendEntry> _entries;

    private readonly int _leftOut;

    private readonly int _columns;

    private readonly int _rows;

    public PanelFigureRenderer(PanelFigure figure)
    {
        _figure = figure;
        _style = figure.Style;
        _series = SeriesPlacement.Place(figure.Panels);
        _entries = [.. _series.SelectMany(s => s).Where(s => s.Series.Name.Length > 0).DistinctBy(s => s.Series.Name)
            .Select(LegendEntry.For)];
        _leftOut = _series.SelectMany(s => s).Sum(s => s.LeftOut);
        _columns = Math.Min(figure.Columns, figure.Panels.Length);
        _rows = (figure.Panels.Length + _columns - 1) / _columns;
    }

    public FigureSize Size => new(
        (int)Math.Ceiling(2 * _style.Margin + GridWidth),
        (int)Math.Ceiling(2 * _style.Margin + TitleHeight + GridHeight + (LegendBelow?.Size.Height ?? 0) + Foot.Height));

    private FootNote Foot => new(_figure, _leftOut, _figure.Panels.Any(p => p.HasLogarithmicAxis), GridWidth);

    private float GridWidth => _columns * _figure.PanelSize.Width + (_columns - 1) * Gap;

    private float GridHeight => _rows * _figure.PanelSize.Height + (_rows - 1) * Gap;

    private float TitleHeight => _figure.Title.Length == 0 ? 0 : TextDrawing.LineHeight * _style.TitleFontSize + Gap / 2;

    private LegendBox? LegendInGrid
    {
        get
        {
            if (_figure.Panels.Length == _columns * _rows || _entries.Count == 0)
                return null;

            LegendBox box = new(_entries, 1, _style);
            return box.Size.Width <= _figure.PanelSize.Width && box.Size.Height <= _figure.PanelSize.Height ? box : null;
        }
    }

    private LegendBox? LegendBelow =>
        _entries.Count == 0 || LegendInGrid is not null ? null : LegendBox.WithinWidth(_entries, GridWidth, _style);

    public void Render(SKCanvas canvas)
    {
        SKRect whole = new(_style.Margin, _style.Margin, Size.Width - _style.Margin, Size.Height - _style.Margin);
        TextDrawing.DrawTitle(
            canvas, _figure.Title, whole.MidX, whole.Top + _style.TitleFontSize / 2, _style.TitleFontSize, whole.Left, whole.Right);
        Foot.Draw(canvas, whole);
        RenderPanels(canvas, whole.Left, whole.Top + TitleHeight);

        if (LegendInGrid is { } inGrid)
        {
            SKRect cell = Cell(_figure.Panels.Length, whole.Left, whole.Top + TitleHeight);
            inGrid.Draw(canvas, cell.MidX - inGrid.Size.Width / 2, cell.MidY - inGrid.Size.Height / 2);
        }

        if (LegendBelow is { } below)
            below.Draw(canvas, whole.MidX - below.Size.Width / 2, whole.Top + TitleHeight + GridHeight);
    }

    private void RenderPanels(SKCanvas canvas, float left, float top)
    {
        SKSize size = new(_figure.PanelSize.Width, _figure.PanelSize.Height);
        List<AxisRange?> ranges = _figure.Panels.Select((p, i) => LinePlot.VerticalRange(p, _series[i])).ToList();
        if (_figure.ShareVerticalAxis)
        {
            AxisRange? shared = ranges.Aggregate((AxisRange?)null, (all, one) => all is { } a && one is { } o ? a.Union(o) : all ?? one);
            ranges = [.. ranges.Select(_ => shared)];
        }

        List<LinePlot> plots = _figure.Panels.Select((p, i) => new LinePlot(p, _series[i], _style, size, ranges[i])).ToList();
        try
        {
            AxesPadding padding = plots.Select(p => p.Measure(size)).Aggregate((all, one) => all.Union(one));
            for (int i = 0; i < plots.Count; i++)
                plots[i].Render(canvas, Cell(i, left, top), padding);
        }
        finally
        {
            plots.ForEach(p => p.Dispose());
        }
    }

    private SKRect Cell(int index, float left, float top) => SKRect.Create(
        left + index % _columns * (_figure.PanelSize.Width + Gap),
        top + index / _columns * (_figure.PanelSize.Height + Gap),
        _figure.PanelSize.Width,
        _figure.PanelSize.Height);
}
