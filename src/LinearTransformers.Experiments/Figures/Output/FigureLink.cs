namespace LinearTransformers.Experiments.Figures.Output;

/// <summary>A place of a figure in a page that leads somewhere.</summary>
/// <param name="Left">Its left end, in drawing units.</param>
/// <param name="Top">Its upper end.</param>
/// <param name="Width">How wide it is.</param>
/// <param name="Height">How high it is.</param>
/// <param name="Target">Where it leads: #name.</param>
/// <param name="Text">What is said of it where it is pointed at.</param>
internal sealed record FigureLink(float Left, float Top, float Width, float Height, string Target, string Text);
