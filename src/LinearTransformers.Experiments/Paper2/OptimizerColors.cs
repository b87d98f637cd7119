using LinearTransformers.Experiments.Figures;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>An optimizer has the same colour in all figures: black and red, as published, in tones that everyone can tell apart.</summary>
internal static class OptimizerColors
{
    public static FigureColor Of(Algorithm algorithm) => algorithm is Algorithm.Sgd ? FigureColor.Black : Palette.Vermilion;
}
