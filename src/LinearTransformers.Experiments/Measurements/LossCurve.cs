using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The test loss along a run.</summary>
internal static class LossCurve
{
    /// <summary>The loss on a test batch at the start of some iterations.</summary>
    public static double[] Along(FinishedRun run, IReadOnlyList<int> iterations, PromptBatch test)
    {
        BatchLoss<float> loss = FreshPrompts.Loss<float>(run.Settings, test);
        return [.. iterations.Select(t => loss.Evaluate(run.History.At(t)))];
    }
}
