using LinearTransformers.Experiments.Field;
using LinearTransformers.Experiments.Paper1;
using LinearTransformers.Experiments.Paper2;

namespace LinearTransformers.Experiments.Catalogs;

/// <summary>All experiments, in the order of the papers, then those of the field. A new one is registered here.</summary>
public static class ExperimentCatalog
{
    /// <summary>All experiments.</summary>
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new SimpleExperiment(),
        new RotationExperiment(),
        new RotationP0Experiment(),
        new RotationLbfgsExperiment(),
        new VariableLExperiment(),
        new VariableNExperiment(),
        new LossExperiment(),
        new NoiseExperiment(),
        new ConditionNumberExperiment(),
        new SmoothnessExperiment(),
        new DirectionalSmoothnessExperiment(),
        new NonlinearExperiment(),
        new ActivationExperiment(),
        new DepthExperiment(),
        new DataExperiment(),
        new LargerModelExperiment(),
        new LargerNoiseExperiment(),
        new LearningRatesExperiment(),
        new CovariateShiftExperiment(),
        new TheoremOneExperiment(),
        new LoopedExperiment(),
        new PlateausExperiment(),
        new MixedNoiseExperiment(),
        new TaskPoolExperiment(),
        new OptimizersExperiment(),
    ];
}
