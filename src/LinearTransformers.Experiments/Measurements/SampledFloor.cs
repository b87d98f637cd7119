using System.Collections.Concurrent;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The least loss of GD++ on prompts that are sampled, as test batches are.</summary>
internal static class SampledFloor
{
    private const int Prompts = 1_000_000;
    private const int PromptsOfSmallVersions = 50_000;

    /// <summary>Those that this process has found: several experiments have one in common, which takes seconds.</summary>
    private static readonly ConcurrentDictionary<
        (int ContextLength, int Dimension, int Layers, int Prompts), GradientDescentPlusPlusOptimum> Known = new();

    /// <summary>The best multiples of the identity on many normal prompts, fewer in a small version of an experiment.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static GradientDescentPlusPlusOptimum Of(TrainingSettings settings, bool isFullScale, CancellationToken stop)
        => Known.GetOrAdd(
            (settings.ContextLength, settings.Dimension, settings.Layers, isFullScale ? Prompts : PromptsOfSmallVersions),
            of => GradientDescentPlusPlusFloor.SampledOptimum(of.ContextLength, of.Dimension, of.Layers, of.Prompts, seed: 0, stop));

    /// <summary>As a line in a figure.</summary>
    public static ReferenceLine Line(GradientDescentPlusPlusOptimum optimum)
        => new("GD++ floor on sampled prompts " + NumberText.Scientific(optimum.Loss), optimum.Loss);
}
