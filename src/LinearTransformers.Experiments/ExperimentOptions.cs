using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments;

/// <summary>How an experiment is to be run; what is left out is as published.</summary>
public sealed record ExperimentOptions
{
    /// <summary>The folder of all runs; an experiment has its own below it.</summary>
    public string Root { get; init; } = "runs";

    /// <summary>Seeds; null for the published ones.</summary>
    public IReadOnlyList<int>? Seeds { get; init; }

    /// <summary>Iterations, for a smaller version; null for the published number.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>Settings of the experiment by name, of <see cref="IExperiment.SettingNames"/>; null for all of them.</summary>
    public IReadOnlyList<string>? SettingNames { get; init; }

    /// <summary>Optimizers, of <see cref="IExperiment.Optimizers"/>; null for those of the published figure.</summary>
    public IReadOnlyList<Optimizer>? Optimizers { get; init; }

    /// <summary>How methods are compared.</summary>
    public Protocol Protocol { get; init; } = Protocol.Fair;

    /// <summary>Where random numbers come from.</summary>
    public StreamKind Stream { get; init; } = StreamKind.Torch;

    /// <summary>Threads that share the work.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Time between two saves of a run; null for that of <see cref="RecordedRun"/>.</summary>
    public TimeSpan? SaveEvery { get; init; }

    /// <summary>Hears the log of an experiment that trains one run only, as it goes on.</summary>
    public Action<LogLine>? OnLog { get; init; }

    /// <summary>
    /// Called when runs are opened, and its result disposed of when they are saved: in between the program must be waited for.
    /// </summary>
    public Func<IDisposable>? WhileTraining { get; init; }

    /// <summary>Whether figures are drawn.</summary>
    public bool Figures { get; init; } = true;
}
