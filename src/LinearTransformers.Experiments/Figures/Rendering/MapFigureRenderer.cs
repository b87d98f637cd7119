using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Cells over two settings, and the bar that says what the colours stand for.</summary>
internal sealed class MapFigureRenderer : IFigureRenderer
{
    private const float LeastCell = 20;
    private const float UsualWidth = 440;
    private const float UsualCellHeight = 36;
    private const float LeastHeight = 190;
    private const float CellGap = 1;
    private const float TickGap = 6;
    private const float LevelWidth = 2.5f;
    private const float Corner = 9;

    private readonly MapFigure _figure;
    private readonly FigureStyle _style;
    private readonly AxisTransform _transform;
    private readonly ColorBar _bar;
    private readonly float _cellWidth;
    private readonly float _cellHeight;
    private readonly float _left;

    public MapFigureRenderer(MapFigure figure)
    {
        _figure = figure;
        _style = figure.Style;
        _transform = AxisTransform.For(figure.Value.Scale);
        _cellWidth = MathF.Floor(Math.Max(LeastCell, UsualWidth / Columns));
        _cellHeight = MathF.Floor(Math.Clamp(_cellWidth * 0.7f, LeastCell, Math.Max(UsualCellHeight, LeastHeight / Rows)));
        _left = (TextDrawing.LineHeight * _style.LabelFontSize) + TickGap
            + figure.Rows.Max(label => TextDrawing.Width(label, _style.TickFontSize));
        AxisRange range = AxisRange.Of(Cells().Select(cell => cell.Position).Where(position => !double.IsNaN(position)))
            ?? _transform.EmptyRange;
        if (range.Length == 0)
        {
            double half = _transform.HalfLengthAround(range.Low);
            range = new(range.Low - half, range.High + half);
        }

        range = new(
            figure.Value.Minimum is { } low ? _transform.Place(low) : range.Low,
            figure.Value.Maximum is { } high ? _transform.Place(high) : range.High);
        _bar = new(figure.Value, range, Math.Max(GridHeight, 120), _style);
    }

    public FigureSize Size => new(
        (int)Math.Ceiling((2 * _style.Margin) + _left + GridWidth + _bar.Room),
        (int)Math.Ceiling((2 * _style.Margin) + TitleHeight + GridHeight + AxisHeight + Foot.Height));

    private int Columns => _figure.Columns.Length;

    private int Rows => _figure.Rows.Length;

    private float GridWidth => Columns * _cellWidth;

    private float GridHeight => Rows * _cellHeight;

    private float TitleHeight => _figure.Title.Length == 0 ? 0 : TextDrawing.LineHeight * _style.TitleFontSize;

    private float AxisHeight => TickGap + (TextDrawing.LineHeight * (_style.TickFontSize + _style.LabelFontSize));

    private SKRect Grid => SKRect.Create(_style.Margin + _left, _style.Margin + TitleHeight, GridWidth, GridHeight);

    private FootNote Foot => new(_figure, 0, hasLogarithmicAxis: false, _left + GridWidth + _bar.Room);

    public void Render(SKCanvas canvas)
    {
        SKRect whole = new(_style.Margin, _style.Margin, Size.Width - _style.Margin, Size.Height - _style.Margin);
        SKRect grid = Grid;
        TextDrawing.DrawTitle(
            canvas, _figure.Title, grid.MidX, whole.Top + (TitleHeight / 2), _style.TitleFontSize, whole.Left, whole.Right);
        foreach ((int row, int column, double position) in Cells())
        {
            if (!_figure.Absent.Contains((row, column)))
            {
                DrawCell(
                    canvas, Place(grid, row, column), _figure[row, column], position, _figure.Marks.GetValueOrDefault((row, column)));
            }
        }

        if (_figure.Level is { } level)
        {
            DrawLevel(canvas, grid, level);
        }

        DrawLabels(canvas, whole, grid);
        _bar.Draw(canvas, grid.Right, grid, whole.Right);
        Foot.Draw(canvas, whole);
    }

    /// <summary>Where a cell is drawn.</summary>
    public SKRect PlaceOf(int row, int column) => Place(Grid, row, column);

    private IEnumerable<(int Row, int Column, double Position)> Cells()
        => from row in Enumerable.Range(0, Rows)
           from column in Enumerable.Range(0, Columns)
           select (row, column, _transform.Place(_figure[row, column]));

    private SKRect Place(SKRect grid, int row, int column)
        => SKRect.Create(
            grid.Left + (column * _cellWidth), grid.Bottom - ((row + 1) * _cellHeight), _cellWidth - CellGap, _cellHeight - CellGap);

    private void DrawCell(SKCanvas canvas, SKRect cell, double value, double position, MapMark? mark)
    {
        FigureColor color = double.IsNaN(position) ? SkiaStyles.Grid : _bar.ColorOf(position);
        using SKPaint paint = new() { Color = color.ToSkia(), IsAntialias = true };
        canvas.DrawRect(cell, paint);
        FigureColor ink = DivergingColorMap.TextOn(color);
        string[] texts = !double.IsNaN(value) ? [double.IsFinite(value) ? Short(value) : "∞"]
            : mark is null ? [] : [$"{mark.Sign} {mark.Words}", mark.Sign];
        if (texts.FirstOrDefault(text => TextDrawing.Width(text, _style.CellFontSize) <= cell.Width) is { } fitting)
        {
            TextDrawing.Draw(canvas, fitting, cell.MidX, cell.MidY, _style.CellFontSize, ink, SKTextAlign.Center);
        }

        if (mark is not null && !double.IsNaN(value))
        {
            DrawCorner(canvas, cell, ink);
        }
    }

    private static void DrawCorner(SKCanvas canvas, SKRect cell, FigureColor ink)
    {
        using SKPath corner = new();
        corner.AddPoly([new(cell.Right - Corner, cell.Top), new(cell.Right, cell.Top), new(cell.Right, cell.Top + Corner)], close: true);
        using SKPaint paint = new() { Color = ink.ToSkia(), IsAntialias = true };
        canvas.DrawPath(corner, paint);
    }

    /// <summary>Lines between neighbours of which one is below the level and the other is not.</summary>
    private void DrawLevel(SKCanvas canvas, SKRect grid, double level)
    {
        using SKPaint paint = new()
        {
            Color = FigureColor.Black.ToSkia(),
            IsStroke = true,
            StrokeWidth = LevelWidth,
            StrokeCap = SKStrokeCap.Square,
            IsAntialias = true,
        };
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                SKRect cell = Place(grid, row, column);
                float right = cell.Left + _cellWidth - (CellGap / 2);
                float top = cell.Top - (CellGap / 2);
                if (column + 1 < Columns && Crosses(_figure[row, column], _figure[row, column + 1]))
                {
                    canvas.DrawLine(right, cell.Top, right, cell.Bottom, paint);
                }

                if (row + 1 < Rows && Crosses(_figure[row, column], _figure[row + 1, column]))
                {
                    canvas.DrawLine(cell.Left, top, cell.Right, top, paint);
                }
            }
        }

        bool Crosses(double a, double b) => !double.IsNaN(a) && !double.IsNaN(b) && a < level != b < level;
    }

    private void DrawLabels(SKCanvas canvas, SKRect whole, SKRect grid)
    {
        float middle = grid.Bottom + TickGap + (TextDrawing.LineHeight * _style.TickFontSize / 2);
        float widest = _figure.Columns.Max(label => TextDrawing.Width(label, _style.TickFontSize));
        int every = Math.Max(1, (int)Math.Ceiling((widest + TickGap) / _cellWidth));
        for (int column = 0; column < Columns; column += every)
        {
            TextDrawing.Draw(
                canvas, _figure.Columns[column], grid.Left + ((column + 0.5f) * _cellWidth), middle, _style.TickFontSize,
                FigureColor.Black, SKTextAlign.Center);
        }

        for (int row = 0; row < Rows; row++)
        {
            TextDrawing.Draw(
                canvas, _figure.Rows[row], grid.Left - TickGap, grid.Bottom - ((row + 0.5f) * _cellHeight), _style.TickFontSize,
                FigureColor.Black, SKTextAlign.Right);
        }

        TextDrawing.Draw(
            canvas, _figure.XLabel, grid.MidX, middle + (TextDrawing.LineHeight * (_style.TickFontSize + _style.LabelFontSize) / 2),
            _style.LabelFontSize, FigureColor.Black, SKTextAlign.Center);
        canvas.Save();
        canvas.Translate(whole.Left + (_style.LabelFontSize / 2), grid.MidY);
        canvas.RotateDegrees(-90);
        TextDrawing.Draw(canvas, _figure.YLabel, 0, 0, _style.LabelFontSize, FigureColor.Black, SKTextAlign.Center);
        canvas.Restore();
    }

    /// <summary>Two digits, or three where there are as many before the point.</summary>
    private static string Short(double value)
    {
        double size = Math.Abs(value);
        return size is >= 1e4 or (> 0 and < 1e-3) ? NumberText.Scientific(value, 2)
            : NumberText.Fixed(value, size >= 10 ? 0 : size >= 1 ? 1 : size >= 0.1 ? 2 : 3);
    }
}
