using System.Collections.Concurrent;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>The exact floor of a run, each computed once, for several threads.</summary>
internal sealed class SweepFloors
{
    private readonly ConcurrentDictionary<TrainingSettings, Lazy<double>> _known = [];

    /// <summary>
    /// The least of the exact least losses that theory has for models of the settings' kind, or where it has none of these for any
    /// algorithm; they are among those that <c>lintf plot loss --floors</c> draws. NaN where there is none.
    /// </summary>
    public double Of(TrainingSettings settings)
    {
        TrainingSettings deciding = settings.OfModelAndPrompts() with
        {
            GivenCovariance = settings.GivenCovariance,
            DataSet = settings.DataSet,
            ZeroP = settings.ZeroP,
            Seed = settings.Covariance is IdentityCovariance ? 0 : settings.Seed,
            DataSeed = settings.Covariance is IdentityCovariance ? null : settings.DataSeed,
        };
        return _known.GetOrAdd(deciding, static of => new Lazy<double>(() => Least(of))).Value;
    }

    private static double Least(TrainingSettings settings)
    {
        IReadOnlyList<ExactFloor> floors = new ExactFloors().Of(settings);
        return floors.Where(floor => floor.IsOfModels || floors.All(other => !other.IsOfModels))
            .Select(floor => floor.Value).DefaultIfEmpty(double.NaN).Min();
    }
}
