using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Plots;

/// <summary>Tells curves of the same colour apart.</summary>
internal static class CurveStyle
{
    private static readonly LineStyle[] Styles = [LineStyle.Solid, LineStyle.Dashed, LineStyle.Dotted, LineStyle.DashDotted];

    /// <summary>Of a curve by its number, a style for each round through the colours.</summary>
    public static LineStyle At(int index) => Styles[index / Palette.Colors.Length % Styles.Length];
}
