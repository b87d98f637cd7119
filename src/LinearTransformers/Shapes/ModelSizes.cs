namespace LinearTransformers.Shapes;

/// <summary>The sizes that every model has.</summary>
/// <param name="Layers">Attention layers, at least 1.</param>
/// <param name="Heads">Heads a layer, at least 1.</param>
/// <param name="Dimension">Dimension d of the covariates, at least 1.</param>
public readonly record struct ModelSizes(int Layers, int Heads, int Dimension);
