using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// The colours of series: those of Okabe and Ito ("Color Universal Design", 2008), which people with any of the
/// common colour-vision deficiencies can tell apart, without their yellow, which is illegible on white paper.
/// </summary>
public static class Palette
{
    public static FigureColor Blue { get; } = new(0x00, 0x72, 0xB2);

    public static FigureColor Vermilion { get; } = new(0xD5, 0x5E, 0x00);

    public static FigureColor Green { get; } = new(0x00, 0x9E, 0x73);

    public static FigureColor Purple { get; } = new(0xCC, 0x79, 0xA7);

    public static FigureColor Orange { get; } = new(0xE6, 0x9F, 0x00);

    public static FigureColor SkyBlue { get; } = new(0x56, 0xB4, 0xE9);

    /// <summary>The colours in the order in which series without a colour of their own take them.</summary>
    public static ImmutableArray<FigureColor> Colors { get; } =
        [Blue, Vermilion, Green, Purple, Orange, SkyBlue, FigureColor.Black];

    /// <summary>The colour of the series at <paramref name="index"/>; after the last one it begins anew.</summary>
    public static FigureColor At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Colors[index % Colors.Length];
    }
}
