namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Ticks at multiples of 1, 2, 2.5 or 5 times a power of ten, labelled as exactly as their distance needs.</summary>
internal static class LinearTicks
{
    private static readonly double[] Steps = [1, 2, 2.5, 5];

    public static IReadOnlyList<AxisTick> Create(AxisRange range, int maximumCount)
    {
        (double step, int decimals) = ChooseStep(range, Math.Max(2, maximumCount));
        long first = (long)Math.Ceiling(range.Low / step - 1e-9);
        long last = (long)Math.Floor(range.High / step + 1e-9);
        double largest = Math.Max(Math.Abs(first * step), Math.Abs(last * step));

        List<AxisTick> ticks = new();
        for (long k = first; k <= last; k++)
            ticks.Add(new AxisTick(k * step, Label(k * step, k == 0, largest, decimals)));

        return ticks;
    }

    private static (double Step, int Decimals) ChooseStep(AxisRange range, int maximumCount)
    {
        (double Step, int Decimals) finer = default;
        for (int exponent = (int)Math.Floor(Math.Log10(range.Length)) - 2; ; exponent++)
        {
            foreach (double mantissa in Steps)
            {
                double step = mantissa * Math.Pow(10, exponent);
                double count = Math.Floor(range.High / step + 1e-9) - Math.Ceiling(range.Low / step - 1e-9) + 1;
                (double step, int) chosen = (step, mantissa == 2.5 ? 1 - exponent : -exponent);
                if (count <= maximumCount)
                    return count >= 2 || finer.Step == 0 ? chosen : finer; // One tick alone gives no scale.

                finer = chosen;
            }
        }
    }

    private static string Label(double value, bool isZero, double largest, int decimals)
    {
        if (isZero)
            return "0";
        if (largest is >= 1e-2 and < 1e7)
            return largest >= 1e4 ? NumberText.Grouped(value, Math.Max(0, decimals)) : NumberText.Fixed(value, Math.Max(0, decimals));

        int digits = Math.Clamp((int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9) + decimals + 1, 1, 12);
        return NumberText.Scientific(value, digits).Replace(".0·", "·", StringComparison.Ordinal);
    }
}
