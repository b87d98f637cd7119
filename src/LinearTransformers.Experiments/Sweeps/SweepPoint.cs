using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>A point of a sweep: one run.</summary>
/// <param name="Name">Its name, which depends on the settings that vary and on nothing else; also that of its folder.</param>
/// <param name="Settings">All that determines the run.</param>
/// <param name="Values">The values of all settings that vary in the sweep, as the table has them.</param>
public sealed record SweepPoint(string Name, TrainingSettings Settings, IReadOnlyList<string> Values);
