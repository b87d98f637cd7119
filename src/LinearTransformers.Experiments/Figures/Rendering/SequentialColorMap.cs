namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>From dark blue over green to yellow, ever lighter, so that the order is seen in any colour vision and in grey.</summary>
internal static class SequentialColorMap
{
    private static readonly OkLab[] Anchors =
    [
        OkLab.From(new FigureColor(0x2B, 0x1B, 0x6B)),
        OkLab.From(new FigureColor(0x1F, 0x6F, 0x9E)),
        OkLab.From(new FigureColor(0x2E, 0xAD, 0x7B)),
        OkLab.From(new FigureColor(0xE9, 0xD1, 0x2A)),
    ];

    /// <param name="value">From 0 to 1; beyond, the ends.</param>
    public static FigureColor At(double value)
    {
        double position = Math.Clamp(value, 0, 1) * (Anchors.Length - 1);
        int i = Math.Min((int)position, Anchors.Length - 2);
        return OkLab.Mix(Anchors[i], Anchors[i + 1], position - i).ToColor();
    }
}
