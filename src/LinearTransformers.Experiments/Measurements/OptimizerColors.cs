using LinearTransformers.Experiments.Figures;
using LinearTransformers.Optimizers;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>An optimizer has the same colour in all figures: black and red, as published, in tones that everyone can tell apart.</summary>
internal static class OptimizerColors
{
    public static FigureColor Of(Optimizer algorithm) => algorithm switch
    {
        Sgd => FigureColor.Black,
        Adam => Palette.Vermilion,
        _ => Palette.Blue,
    };
}
