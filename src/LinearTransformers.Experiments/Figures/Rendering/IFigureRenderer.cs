using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Draws one figure, in drawing units, on whatever canvas it is given.</summary>
internal interface IFigureRenderer
{
    FigureSize Size { get; }

    void Render(SKCanvas canvas);
}
