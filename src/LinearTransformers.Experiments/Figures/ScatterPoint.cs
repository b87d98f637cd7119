namespace LinearTransformers.Experiments.Figures;

/// <summary>A point and the value that its colour stands for.</summary>
public readonly record struct ScatterPoint(double X, double Y, double Value);
