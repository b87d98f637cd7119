using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>The small lines at the foot of a figure: its note, and how many values it does not show.</summary>
internal sealed class FootNote
{
    private readonly List<string> _lines;

    private readonly FigureStyle _style;

    /// <param name="figure">Whose note it is.</param>
    /// <param name="leftOut">Points that are not shown.</param>
    /// <param name="hasLogarithmicAxis">Whether zeros and negative numbers are among them.</param>
    /// <param name="width">The room for a line.</param>
    public FootNote(Figure figure, int leftOut, bool hasLogarithmicAxis, float width)
    {
        _style = figure.Style;
        _lines = [.. Wrapped(figure.Note, width), .. Wrapped(LeftOut(leftOut, hasLogarithmicAxis), width)];
        NoteHeight = Wrapped(figure.Note, width).Count() * LineHeight;
    }

    /// <summary>Of all lines.</summary>
    public float Height => _lines.Count * LineHeight;

    /// <summary>Of the figure's own note.</summary>
    public float NoteHeight { get; }

    private float LineHeight => TextDrawing.LineHeight * _style.NoteFontSize;

    /// <summary>Draws at the foot of <paramref name="area"/>.</summary>
    public void Draw(SKCanvas canvas, SKRect area)
    {
        float middle = area.Bottom - Height + LineHeight / 2;
        foreach (string line in _lines)
        {
            // A word may be wider than the figure.
            float size = _style.NoteFontSize * Math.Min(1, area.Width / TextDrawing.Width(line, _style.NoteFontSize));
            TextDrawing.Draw(canvas, line, area.Left, middle, size, FigureColor.Gray);
            middle += LineHeight;
        }
    }

    private static string LeftOut(int count, bool hasLogarithmicAxis)
    {
        if (count == 0)
            return "";

        string what = count == 1 ? "1 point left out" : $"{count} points left out";
        return hasLogarithmicAxis
            ? $"{what}: zero, negative or not finite, no place on a logarithmic axis"
            : $"{what}: not finite";
    }

    private IEnumerable<string> Wrapped(string text, float width)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && TextDrawing.Width(longer, _style.NoteFontSize) > width)
            {
                yield return line;
                longer = word;
            }

            line = longer;
        }

        if (line.Length > 0)
            yield return line;
    }
}
