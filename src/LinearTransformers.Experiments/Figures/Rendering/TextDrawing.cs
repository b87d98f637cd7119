using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Text in the figures' typeface, placed by its capitals rather than by its box.</summary>
internal static class TextDrawing
{
    /// <summary>Distance between the baselines of successive lines, in font sizes.</summary>
    public const float LineHeight = 1.35f;

    public static float Width(string text, float size)
    {
        using SKFont font = FigureFont.OfSize(size);
        return font.MeasureText(text);
    }

    /// <summary>Height of a capital letter.</summary>
    public static float CapitalHeight(float size) => 0.73f * size;

    /// <summary>Draws with the capitals centered vertically at <paramref name="middle"/>.</summary>
    public static void Draw(
        SKCanvas canvas, string text, float x, float middle, float size, FigureColor color, SKTextAlign align = SKTextAlign.Left)
    {
        if (text.Length == 0)
            return;

        using SKFont font = FigureFont.OfSize(size);
        using SKPaint paint = new() { Color = color.ToSkia(), IsAntialias = true };
        canvas.DrawText(text, x, middle + CapitalHeight(size) / 2, align, font, paint);
    }

    /// <summary>
    /// Draws a title centered at <paramref name="center"/>, moved and in the end made smaller as far as it must be to
    /// stay between <paramref name="left"/> and <paramref name="right"/>.
    /// </summary>
    public static void DrawTitle(SKCanvas canvas, string text, float center, float middle, float size, float left, float right)
    {
        float width = Width(text, size);
        if (width > right - left)
        {
            size *= (right - left) / width;
            width = right - left;
        }

        float start = Math.Clamp(center - width / 2, left, Math.Max(left, right - width));
        Draw(canvas, text, start, middle, size, FigureColor.Black);
    }
}
