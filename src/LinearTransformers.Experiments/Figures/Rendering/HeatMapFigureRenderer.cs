using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Matrices side by side, each cell a rectangle with its value on it, and a colour bar below.</summary>
internal sealed class HeatMapFigureRenderer : IFigureRenderer
{
    private const float Gap = 12;
    private const float CellPadding = 4;
    private const float CellGap = 1.5f;
    private const int Decimals = 2;
    private const float BarWidth = 240;
    private const float BarHeight = 12;
    private const int BarSteps = 80;

    private readonly HeatMapFigure _figure;

    private readonly FigureStyle _style;

    private readonly int _columns;

    private readonly int _rows;

    private readonly float _cellSide;

    private readonly float _matrixSide;

    public HeatMapFigureRenderer(HeatMapFigure figure)
    {
        _figure = figure;
        _style = figure.Style;
        _columns = Math.Min(figure.Columns ?? figure.Matrices.Length, figure.Matrices.Length);
        _rows = (figure.Matrices.Length + _columns - 1) / _columns;
        float widest = figure.Matrices.SelectMany(m => m.Entries).Max(e => TextDrawing.Width(EntryText(e), _style.CellFontSize));
        _cellSide = MathF.Ceiling(Math.Max(widest + CellPadding, 2.2f * _style.CellFontSize));
        _matrixSide = Math.Max(
            _cellSide * figure.Matrices.Max(m => m.Dimension),
            figure.Matrices.Max(m => TextDrawing.Width(m.Title, _style.TitleFontSize)));
    }

    public FigureSize Size => new(
        (int)Math.Ceiling(2 * _style.Margin + ContentWidth),
        (int)Math.Ceiling(2 * _style.Margin + FigureTitleHeight + GridHeight + ColorBarHeight + Foot.Height));

    private FootNote Foot => new(_figure, 0, hasLogarithmicAxis: false, ContentWidth);

    private float ContentWidth => Math.Max(GridWidth, ColorBarHeight == 0 ? 0 : BarContentWidth);

    private float GridWidth => _columns * _matrixSide + (_columns - 1) * Gap;

    private float GridHeight => _rows * (TitleHeight + _matrixSide) + (_rows - 1) * Gap;

    private float TitleHeight => TextDrawing.LineHeight * _style.TitleFontSize;

    private float FigureTitleHeight => _figure.Title.Length == 0 ? 0 : TitleHeight + Gap / 2;

    private float ColorBarHeight => _figure.ShowColorBar ? Gap + BarHeight + TextDrawing.LineHeight * _style.TickFontSize + 2 : 0;

    private float BarContentWidth => BarWidth + TextDrawing.Width(BarTicks()[^1].Label, _style.TickFontSize);

    /// <summary>As it is printed in a cell.</summary>
    public static string EntryText(double entry) => NumberText.Fixed(entry, Decimals);

    public void Render(SKCanvas canvas)
    {
        SKRect whole = new(_style.Margin, _style.Margin, Size.Width - _style.Margin, Size.Height - _style.Margin);
        TextDrawing.DrawTitle(
            canvas, _figure.Title, whole.MidX, whole.Top + TitleHeight / 2, _style.TitleFontSize, whole.Left, whole.Right);
        double shared = _figure.Matrices.Max(m => m.LargestMagnitude);
        for (int i = 0; i < _figure.Matrices.Length; i++)
        {
            HeatMap matrix = _figure.Matrices[i];
            float left = whole.MidX - GridWidth / 2 + i % _columns * (_matrixSide + Gap);
            float top = whole.Top + FigureTitleHeight + i / _columns * (TitleHeight + _matrixSide + Gap);
            TextDrawing.Draw(canvas, matrix.Title, left + _matrixSide / 2, top + TitleHeight * 0.45f, _style.TitleFontSize,
                FigureColor.Black, SKTextAlign.Center);
            float inset = (_matrixSide - _cellSide * matrix.Dimension) / 2;
            double scale = _figure.Scale == HeatMapScale.Shared ? shared : matrix.LargestMagnitude;
            DrawCells(canvas, matrix, left + inset, top + TitleHeight, scale);
        }

        if (_figure.ShowColorBar)
            DrawColorBar(canvas, whole.MidX, whole.Bottom - Foot.Height - ColorBarHeight + Gap);
        Foot.Draw(canvas, whole);
    }

    private void DrawCells(SKCanvas canvas, HeatMap matrix, float left, float top, double scale)
    {
        for (int row = 0; row < matrix.Dimension; row++)
        {
            for (int column = 0; column < matrix.Dimension; column++)
            {
                double entry = matrix[row, column];
                FigureColor color = ColorOf(entry, scale);
                SKRect cell = SKRect.Create(left + column * _cellSide, top + row * _cellSide, _cellSide - CellGap, _cellSide - CellGap);
                using SKPaint paint = new() { Color = color.ToSkia(), IsAntialias = true };
                canvas.DrawRect(cell, paint);
                TextDrawing.Draw(canvas, EntryText(entry), cell.MidX, cell.MidY, _style.CellFontSize, DivergingColorMap.TextOn(color),
                    SKTextAlign.Center);
            }
        }
    }

    private static FigureColor ColorOf(double entry, double scale)
    {
        if (double.IsNaN(entry))
            return SkiaStyles.Grid;
        if (double.IsInfinity(entry))
            return DivergingColorMap.At(Math.Sign(entry));

        return DivergingColorMap.At(scale == 0 ? 0 : entry / scale);
    }

    private void DrawColorBar(SKCanvas canvas, float center, float top)
    {
        float left = center - BarWidth / 2;
        for (int i = 0; i < BarSteps; i++)
        {
            // Each step reaches under the next one: antialiased neighbours would let a seam of the background through.
            float width = (i + 1 < BarSteps ? 2 : 1) * BarWidth / BarSteps;
            using SKPaint paint = new() { Color = DivergingColorMap.At((2 * i + 1.0) / BarSteps - 1).ToSkia() };
            canvas.DrawRect(SKRect.Create(left + i * BarWidth / BarSteps, top, width, BarHeight), paint);
        }

        using SKPaint frame = new()
        {
            Color = FigureColor.Gray.ToSkia(),
            IsStroke = true,
            StrokeWidth = _style.FrameWidth,
            IsAntialias = true
        };
        canvas.DrawRect(SKRect.Create(left, top, BarWidth, BarHeight), frame);
        float middle = top + BarHeight + 2 + TextDrawing.LineHeight * _style.TickFontSize / 2;
        foreach ((float position, string label) in BarTicks())
            TextDrawing.Draw(canvas, label, center + position * BarWidth / 2, middle, _style.TickFontSize, FigureColor.Black,
                SKTextAlign.Center);
    }

    private (float Position, string Label)[] BarTicks()
    {
        if (_figure.Scale == HeatMapScale.PerMatrix)
            return [(-1, "−max |entry|"), (0, "0"), (1, "max |entry|")];

        double largest = _figure.Matrices.Max(m => m.LargestMagnitude);
        return [(-1, EntryText(-largest)), (0, "0"), (1, EntryText(largest))];
    }
}
