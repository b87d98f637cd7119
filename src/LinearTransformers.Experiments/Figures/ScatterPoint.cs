namespace LinearTransformers.Experiments.Figures;

/// <summary>A point, the value that its colour stands for, and its sign.</summary>
public readonly record struct ScatterPoint(double X, double Y, double Value, Marker Marker = Marker.Circle);
