using LinearTransformers.Experiments.Figures;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>An optimizer has the same colour in all figures: black and red, as published, in tones that everyone can tell apart.</summary>
internal static class OptimizerColors
{
    public static FigureColor Of(Algorithm algorithm) => algorithm switch
    {
        Algorithm.Sgd => FigureColor.Black,
        Algorithm.Adam => Palette.Vermilion,
        _ => Palette.Blue,
    };
}
