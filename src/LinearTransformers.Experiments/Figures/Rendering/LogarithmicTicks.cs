namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>
/// Ticks at powers of ten, with minor ones at their multiples. Where fewer than two powers are in sight multiples are
/// labelled too, and where not even two of those are, round numbers.
/// </summary>
internal static class LogarithmicTicks
{
    /// <param name="range">Logarithms to base 10.</param>
    /// <param name="maximumCount">Of labels.</param>
    public static IReadOnlyList<AxisTick> Create(AxisRange range, int maximumCount)
    {
        maximumCount = Math.Max(2, maximumCount);
        int first = (int)Math.Floor(range.Low);
        int last = (int)Math.Ceiling(range.High);
        int powers = Enumerable.Range(first, last - first + 1).Count(k => range.Contains(k));
        if (powers >= 2)
            return Powers(range, first, last, stride: (powers + maximumCount - 1) / maximumCount);

        List<AxisTick> multiples = Multiples(range, first, last, m => m is 1 or 2 or 5);
        if (multiples.Count(t => t.IsMajor) < 2)
            multiples = Multiples(range, first, last, _ => true);

        return multiples.Count(t => t.IsMajor) >= 2 ? multiples : RoundNumbers(range, maximumCount);
    }

    private static List<AxisTick> Powers(AxisRange range, int first, int last, int stride)
    {
        List<AxisTick> ticks = new();
        for (int exponent = first; exponent <= last; exponent++)
        {
            if (range.Contains(exponent))
                ticks.Add(new AxisTick(exponent, exponent % stride == 0 ? NumberText.PowerOfTen(exponent) : null));
            if (stride > 1)
                continue;

            for (int m = 2; m <= 9; m++)
            {
                if (range.Contains(exponent + Math.Log10(m)))
                    ticks.Add(new AxisTick(exponent + Math.Log10(m), null));
            }
        }

        return ticks;
    }

    private static List<AxisTick> Multiples(AxisRange range, int first, int last, Func<int, bool> isLabelled)
    {
        // 0.2, 0.5, 1 say what they are sooner than powers do.
        bool isPlain = first >= -2 && last <= 3;
        List<AxisTick> ticks = new();
        for (int exponent = first; exponent <= last; exponent++)
        {
            for (int m = 1; m <= 9; m++)
            {
                double position = exponent + Math.Log10(m);
                if (range.Contains(position))
                    ticks.Add(new AxisTick(position, isLabelled(m) ? Label(m, exponent, isPlain) : null));
            }
        }

        return ticks;
    }

    private static string Label(int multiple, int exponent, bool isPlain) =>
        isPlain ? NumberText.Grouped(multiple * Math.Pow(10, exponent), Math.Max(0, -exponent))
        : multiple == 1 ? NumberText.PowerOfTen(exponent) : $"{multiple}·{NumberText.PowerOfTen(exponent)}";

    private static List<AxisTick> RoundNumbers(AxisRange range, int maximumCount)
    {
        AxisRange values = new(Math.Pow(10, range.Low), Math.Pow(10, range.High));
        return [.. LinearTicks.Create(values, maximumCount).Select(t => t with { Position = Math.Log10(t.Position) })];
    }
}
