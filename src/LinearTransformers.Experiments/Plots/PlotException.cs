namespace LinearTransformers.Experiments.Plots;

/// <summary>Runs of which a figure cannot be made; the message says which, why, and what would be right, in one line.</summary>
public sealed class PlotException(string message) : Exception(message);
