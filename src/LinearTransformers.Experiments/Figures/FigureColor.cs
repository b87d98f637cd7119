namespace LinearTransformers.Experiments.Figures;

/// <summary>An opaque sRGB colour.</summary>
public readonly record struct FigureColor(byte Red, byte Green, byte Blue)
{
    public static FigureColor Black { get; } = new(0x1A, 0x1A, 0x1A);

    public static FigureColor White { get; } = new(0xFF, 0xFF, 0xFF);

    public static FigureColor Gray { get; } = new(0x59, 0x59, 0x59);
}
