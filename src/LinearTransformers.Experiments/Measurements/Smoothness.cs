using System.Numerics;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The gradient and the curvature along the step that follows, at the start of an iteration, on a test batch.</summary>
/// <param name="Iteration">t.</param>
/// <param name="GradientNorm">‖∇f(θ_t)‖.</param>
/// <param name="Curvature">vᵀ∇²f(θ_t)v with v = (θ_{t+1} − θ_t)/‖θ_{t+1} − θ_t‖; negative where the loss bends down.</param>
internal readonly record struct Smoothness(int Iteration, double GradientNorm, double Curvature)
{
    /// <summary>At some iterations of a run that kept them and those that follow.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Smoothness[] Along(FinishedRun run, IReadOnlyList<int> iterations, PromptBatch test, CancellationToken stop)
        => Along(run.Settings, run.History, iterations, test, stop);

    /// <summary>The same in the precision of a history: a step may be too short for a lower one.</summary>
    public static Smoothness[] Along<T>(
        TrainingSettings settings, History<T> history, IReadOnlyList<int> iterations, PromptBatch test, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchLoss<T> loss = FreshPrompts.Loss<T>(settings, test);
        Curvature<T> curvature = new(loss);
        T[] gradient = new T[loss.Layout.Count];
        T[] step = new T[gradient.Length];
        return [.. iterations.Select(At)];

        Smoothness At(int t)
        {
            stop.ThrowIfCancellationRequested();
            ReadOnlySpan<T> here = history.At(t);
            ReadOnlySpan<T> next = history.At(t + 1);
            double squares = 0;
            loss.Evaluate(here, gradient);
            for (int i = 0; i < step.Length; i++)
            {
                double entry = double.CreateTruncating(gradient[i]);
                squares += entry * entry;
                step[i] = next[i] - here[i];
            }

            return new Smoothness(t, Math.Sqrt(squares), curvature.Along(here, step));
        }
    }

    /// <summary>Curvature against gradient norm, coloured by iteration; negative ones as crosses, by their size.</summary>
    /// <param name="points">The points.</param>
    /// <param name="label">What the curvature is.</param>
    public static ScatterFigure Figure(IReadOnlyList<Smoothness> points, string label = "Curvature along step")
        => new(
            "",
            new Axis("Gradient norm", AxisScale.Logarithmic),
            new Axis(points.Any(point => point.Curvature < 0) ? $"{label} (×: negative)" : label,
                AxisScale.Logarithmic),
            points.Select(point => new ScatterPoint(
                point.GradientNorm, Math.Abs(point.Curvature), point.Iteration, point.Curvature < 0 ? Marker.Cross : Marker.Circle)),
            "Iteration")
        {
            Style = FigureStyle.Paper with { MarkerSize = 4 },
        };

    /// <summary>How log curvature and log gradient norm go together where curvature is positive; null for less than three points.</summary>
    public static Correlation? OfLogarithms(IReadOnlyList<Smoothness> points)
    {
        Smoothness[] positive = [.. points.Where(point => point.Curvature > 0)];
        return positive.Length < 3
            ? null
            : Correlation.Of([.. positive.Select(point => Math.Log(point.GradientNorm))],
                [.. positive.Select(point => Math.Log(point.Curvature))]);
    }
}
