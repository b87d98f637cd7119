using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>The small line at the foot of a figure that says how many values it does not show.</summary>
internal static class LeftOutNote
{
    /// <summary>Empty when nothing is left out.</summary>
    public static string Text(int count, bool hasLogarithmicAxis)
    {
        if (count == 0)
            return "";

        var what = count == 1 ? "1 point left out" : $"{count} points left out";
        return hasLogarithmicAxis
            ? $"{what}: zero, negative or not finite, no place on a logarithmic axis"
            : $"{what}: not finite";
    }

    public static float Height(string text, FigureStyle style) =>
        text.Length == 0 ? 0 : TextDrawing.LineHeight * style.NoteFontSize;

    /// <summary>Draws at the foot of <paramref name="area"/>, in smaller letters where the width asks for them.</summary>
    public static void Draw(SKCanvas canvas, string text, SKRect area, FigureStyle style)
    {
        if (text.Length == 0)
            return;

        var width = TextDrawing.Width(text, style.NoteFontSize);
        var size = style.NoteFontSize * Math.Min(1, area.Width / width);
        TextDrawing.Draw(canvas, text, area.Left, area.Bottom - Height(text, style) / 2, size, FigureColor.Gray);
    }
}
