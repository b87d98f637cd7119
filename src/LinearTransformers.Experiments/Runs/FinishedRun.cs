using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>What a run left: enough to measure, without the memory it trained in.</summary>
/// <param name="Settings">What determined it.</param>
/// <param name="History">Parameters along it.</param>
/// <param name="Log">What it logged.</param>
/// <param name="LastLoss">The loss of its last iteration.</param>
/// <param name="DivergedAt">The iteration whose loss, gradient or parameters were not finite, if there was one.</param>
internal sealed record FinishedRun(
    TrainingSettings Settings, History<float> History, IReadOnlyList<LogLine> Log, double LastLoss, int? DivergedAt)
{
    public int Seed => (int)Settings.Seed;

    /// <summary>Whether it drew the numbers of a published run: that seed's, from the published streams.</summary>
    public bool IsOfPublishedSeed(int seed) => Seed == seed && Settings.Stream is StreamKind.Torch;
}
