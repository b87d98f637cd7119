namespace LinearTransformers.Training;

/// <summary>What is logged of an iteration, before its step is taken.</summary>
/// <param name="Iteration">From 0.</param>
/// <param name="Loss">The loss of the iteration's batch.</param>
/// <param name="GradientNorm">The norm of the whole gradient before clipping.</param>
public readonly record struct LogLine(int Iteration, double Loss, double GradientNorm);
