namespace LinearTransformers.Baselines;

/// <summary>The best constant step size on a batch.</summary>
/// <param name="StepSize">η.</param>
/// <param name="Loss">The mean squared query error with it.</param>
/// <param name="AtEdge">
/// Whether it is the smallest or the largest of those tried, so that one beyond may be better. Never for the closed form.
/// </param>
public sealed record BestStepSize(double StepSize, double Loss, bool AtEdge);
