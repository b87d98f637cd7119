using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Exact;

/// <summary>A family of predictors whose least expected loss is known for some prompts.</summary>
public abstract class ExactFamily
{
    /// <summary>The families, in the order in which they are printed.</summary>
    public static IReadOnlyList<ExactFamily> All { get; } =
    [
        new OneLayerFamily(),
        new ReluLayerFamily(),
        new SphereLayerFamily(),
        new GammaLayerFamily(),
        new LeastSquaresFamily(),
        new RidgeFamily(),
        new PoolFamily(),
        new PlateauFamily(),
        new StepsFamily(),
        new ConstantStepFamily(),
        new PlainDescentFamily(),
        new PlusPlusFamily(),
        new SampledPlusPlusFamily(),
    ];

    /// <summary>The settings that the family is about, where activation and law of covariates are left open.</summary>
    public virtual TrainingSettings Where(TrainingSettings settings) => settings;

    /// <summary>Whether there is a value for each number of layers; if not, there is one for all.</summary>
    public virtual bool TakesLayers => false;

    /// <summary>Whether something is known of these prompts and this model.</summary>
    public abstract bool Knows(ExactCase of);

    /// <summary>
    /// What figures call the least loss of the settings' number of layers, the first of its <see cref="Rows"/>, where losses of runs are
    /// held against it; null where they are not.
    /// </summary>
    public virtual string? FloorName(ExactCase of) => null;

    /// <summary>Whether its predictors are models of the settings' kind; if not, they are what any algorithm can do.</summary>
    public virtual bool IsOfModels => true;

    /// <summary>Whether that loss is the mean of a sample.</summary>
    public virtual bool IsSampled(ExactCase of) => false;

    /// <summary>What is known.</summary>
    /// <param name="of">The prompts and the model.</param>
    /// <param name="layers">L, of families that <see cref="TakesLayers"/>.</param>
    /// <param name="stop">Stops it.</param>
    public abstract IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop);

    /// <summary>All that is known, for some numbers of layers, as soon as it is computed.</summary>
    /// <param name="settings">What each family is asked of.</param>
    /// <param name="layers">The numbers of layers.</param>
    /// <param name="stop">Stops it.</param>
    /// <param name="withSampled">Whether values are among them that are means of a sample, which take seconds.</param>
    public static IEnumerable<ExactRow> Of(
        Func<ExactFamily, TrainingSettings> settings, IEnumerable<int> layers, CancellationToken stop, bool withSampled = true)
    {
        (ExactFamily Family, ExactCase Case)[] known = [.. All
            .Select(family => (family, ExactCase.Of(settings(family))))
            .Where(pair => pair.Item2 is { } of && pair.family.Knows(of) && (withSampled || !pair.family.IsSampled(of)))!];
        foreach ((ExactFamily family, int l) in known.Where(pair => !pair.Family.TakesLayers).Select(pair => (pair.Family, 1))
            .Concat(layers.SelectMany(l => known.Where(pair => pair.Family.TakesLayers).Select(pair => (pair.Family, l)))))
        {
            foreach (ExactRow row in family.Rows(known.First(pair => pair.Family == family).Case, l, stop))
            {
                stop.ThrowIfCancellationRequested();
                yield return row;
            }
        }
    }
}
