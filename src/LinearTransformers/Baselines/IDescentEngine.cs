using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>Gradient descent on a batch, compiled for a lane type and a dimension.</summary>
internal interface IDescentEngine<T>
    where T : unmanaged
{
    /// <summary>The mean squared query errors after each step of each schedule.</summary>
    /// <param name="schedules">Step sizes, [schedules, steps].</param>
    /// <param name="steps">Steps of a schedule.</param>
    /// <param name="statistics">The batch.</param>
    /// <param name="losses">[schedules, steps], filled.</param>
    void Evaluate(ReadOnlySpan<double> schedules, int steps, GramStatistics<T> statistics, Span<double> losses);

    /// <summary>The means of y², y s and s² over the batch, with s = x_qᵀ M g the prediction of one step of size 1.</summary>
    (double LabelSquared, double LabelTimesStep, double StepSquared) SingleStepMoments(GramStatistics<T> statistics);
}
