using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>What is already drawn, so that legends and labels can keep out of its way.</summary>
internal sealed class Obstacles
{
    // Text over text cannot be read at all; text over a line can.
    private const float BoxWeight = 1000;

    private readonly List<(SKPoint From, SKPoint To)> _lines = [];

    private readonly List<SKRect> _boxes = [];

    public void AddLine(IReadOnlyList<SKPoint> points)
    {
        if (points.Count == 1)
            _lines.Add((points[0], points[0]));
        for (int i = 1; i < points.Count; i++)
            _lines.Add((points[i - 1], points[i]));
    }

    public void AddBox(SKRect box) => _boxes.Add(box);

    /// <summary>Zero where nothing lies under <paramref name="box"/>; the longer the lines under it, the more.</summary>
    public float Cost(SKRect box) =>
        _lines.Sum(l => LengthInside(l.From, l.To, box)) + BoxWeight * _boxes.Count(b => b.IntersectsWith(box));

    /// <summary>Length of the part of a segment within a box (Liang and Barsky's clipping), plus one where it touches.</summary>
    private static float LengthInside(SKPoint from, SKPoint to, SKRect box)
    {
        float enter = 0, leave = 1;
        SKPoint d = to - from;
        if (!Clip(-d.X, from.X - box.Left, ref enter, ref leave)
            || !Clip(d.X, box.Right - from.X, ref enter, ref leave)
            || !Clip(-d.Y, from.Y - box.Top, ref enter, ref leave)
            || !Clip(d.Y, box.Bottom - from.Y, ref enter, ref leave))
        {
            return 0;
        }

        return (leave - enter) * d.Length + 1;
    }

    private static bool Clip(float direction, float distance, ref float enter, ref float leave)
    {
        if (direction == 0)
            return distance >= 0;

        float at = distance / direction;
        if (direction < 0)
            enter = Math.Max(enter, at);
        else
            leave = Math.Min(leave, at);

        return enter <= leave;
    }
}
