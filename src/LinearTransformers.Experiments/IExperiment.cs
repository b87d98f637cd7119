using LinearTransformers.Experiments.Results;
using LinearTransformers.Optimizers;

namespace LinearTransformers.Experiments;

/// <summary>One experiment of the papers: its settings, its runs, what is measured, drawn and compared.</summary>
public interface IExperiment
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it shows, in a line.</summary>
    string Summary { get; }

    /// <summary>The seeds that the published figure averages over.</summary>
    IReadOnlyList<int> PublishedSeeds { get; }

    /// <summary>The iterations that the published runs take.</summary>
    int PublishedIterations { get; }

    /// <summary>Whether the papers have it; <c>all</c> stands for those that they have.</summary>
    bool IsPublished => true;

    /// <summary>The settings it can be run in, by name; empty where there is only one.</summary>
    IReadOnlyList<string> SettingNames => [];

    /// <summary>The optimizers that it can be run with; empty where there is no choice.</summary>
    IReadOnlyList<Optimizer> Optimizers => [];

    /// <summary>Its published settings by name.</summary>
    IReadOnlyList<Preset> Presets => [];

    /// <summary>Trains, measures, draws and compares; stages that are done already are not repeated.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop; what was done is saved.</exception>
    ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop);
}
