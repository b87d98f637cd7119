namespace LinearTransformers.Experiments;

/// <summary>A run that an experiment needs has diverged.</summary>
public sealed class RunDivergedException(string message) : Exception(message);
