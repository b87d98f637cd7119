using LinearTransformers.Experiments.Figures;
using LinearTransformers.Optimizers;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// An optimizer has the same colour in all figures: black and red, as published, in tones that everyone can tell apart; the others take the
/// palette's further colours in the order of their catalog.
/// </summary>
internal static class OptimizerColors
{
    private static readonly FigureColor[] Others = [Palette.Blue, Palette.Green, Palette.Purple, Palette.Orange, Palette.SkyBlue];

    public static FigureColor Of(Optimizer algorithm) => algorithm switch
    {
        Sgd => FigureColor.Black,
        Adam => Palette.Vermilion,
        _ => Others[Math.Max(0, PlaceAmongOthers(Parts.NameOf(algorithm))) % Others.Length],
    };

    private static int PlaceAmongOthers(string name)
        => Optimizer.Catalog.Entries.Where(entry => entry.Default is not (Sgd or Adam)).Select(entry => entry.Name).ToList().IndexOf(name);
}
