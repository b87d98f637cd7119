using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The gradient and the curvature along the step that follows, at the start of an iteration, on a test batch.</summary>
/// <param name="Iteration">t.</param>
/// <param name="GradientNorm">‖∇f(θ_t)‖.</param>
/// <param name="Curvature">vᵀ∇²f(θ_t)v with v = (θ_{t+1} − θ_t)/‖θ_{t+1} − θ_t‖; negative where the loss bends down.</param>
internal readonly record struct Smoothness(int Iteration, double GradientNorm, double Curvature)
{
    /// <summary>At iterations 0 up to <paramref name="count"/> of a run that kept every iterate.</summary>
    public static Smoothness[] Along(FinishedRun run, int count, GramStatistics<float> test)
    {
        InContextLoss<float> loss = new(run.Settings.Shape);
        Curvature<float> curvature = new(run.Settings.Shape);
        float[] gradient = new float[run.Settings.Shape.ParameterCount];
        float[] step = new float[gradient.Length];
        Smoothness[] points = new Smoothness[count];
        for (int t = 0; t < count; t++)
        {
            ReadOnlySpan<float> here = run.History.At(t);
            ReadOnlySpan<float> next = run.History.At(t + 1);
            double squares = 0;
            loss.Evaluate(here, test, gradient);
            for (int i = 0; i < step.Length; i++)
            {
                squares += (double)gradient[i] * gradient[i];
                step[i] = next[i] - here[i];
            }

            points[t] = new Smoothness(t, Math.Sqrt(squares), curvature.Along(here, test, step));
        }

        return points;
    }
}
