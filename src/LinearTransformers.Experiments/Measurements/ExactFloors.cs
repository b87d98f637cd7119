using LinearTransformers.Activations;
using LinearTransformers.Experiments.Exact;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>An exact expected loss to hold a run's losses against.</summary>
/// <param name="Name">What has this loss, in a few words: "GD++".</param>
/// <param name="Value">The least expected in-context loss of it.</param>
internal sealed record ExactFloor(string Name, double Value)
{
    /// <summary>As a line in a figure.</summary>
    public ReferenceLine Line => new($"{Name}, exact: {NumberText.Scientific(Value, 3)}", Value);
}

/// <summary>
/// Which exact least losses hold for a run's settings, and how large they are; each is computed once. They are expectations over all
/// prompts: the loss of a finite batch scatters around what it is on average, and may stay below that of GD++, to which prompts too rare
/// for a batch contribute much.
/// </summary>
/// <remarks>
/// <para>
/// Training draws covariates x = Σ^½ ξ and task vectors w = Σ^(−½) ω, so labels do not depend on Σ, and a linear or ReLU layer with Q̂
/// does to x what one with Σ^½ Q̂ Σ^½ does to ξ: whatever is known of Σ = I holds for every Σ. What the covariates' distribution decides
/// is which theorem speaks of them:
/// </para>
/// <code>
/// normal, linear, L = 1           Theorem 1          (P̂ has no influence)
/// normal, linear, L from 2 to 60  the best P̂ = 0, Q̂_k = −a_k Σ⁻¹  (N or d at most 20)
/// normal, linear, L from 2 to 5   GD++, unless every P̂ is kept at zero  (likewise)
/// normal, ReLU, L = 1, one head   Theorem 5
/// sphere or gamma, linear, L = 1  the best layer for covariates of any rotation-invariant distribution
/// normal, N &lt; d                   least squares, which nothing beats that learns in context
/// </code>
/// <para>
/// Heads of a linear layer whose P̂ is zero add up to one head. In GD++ they do too: only Σ_h a_h and Σ_h a_h b_h of a layer matter,
/// which one head has as well. Labels that a network makes (modes relu and mlp, nonlinear regression) have no exact floor,
/// and softmax none of its own.
/// </para>
/// </remarks>
internal sealed class ExactFloors
{
    /// <summary>The name of the floor of GD++.</summary>
    public const string GradientDescentPlusPlus = "GD++";

    /// <summary>Of several layers: the exact moments take minutes where both N and d are larger.</summary>
    private const int MostDimensions = 20;

    private readonly Dictionary<Key, IReadOnlyList<ExactFloor>> _known = [];
    private readonly Dictionary<TrainingSettings, IReadOnlyList<ExactFloor>> _ofOtherPrompts = [];

    /// <summary>The floors of a run with these settings, the largest first; none where theory has none.</summary>
    public IReadOnlyList<ExactFloor> Of(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings is not
            {
                Model: LinearTransformerModel { Parameters: SparseStructure, IsTied: false } model, Labels.IsLinear: true,
                Covariance.IsOfPrompt: false, DataSet: null
            })
        {
            return [];
        }

        if (settings is not { Tasks.IsStandardNormal: true, Noise.IsZero: true, TaskCovariance.IsInverse: true })
        {
            return OfOtherPrompts(settings);
        }

        Key key = new(settings.Covariates, model.Activation, settings.ContextLength, settings.Dimension,
            settings.Layers, settings.Heads, settings.ZeroP);
        if (!_known.TryGetValue(key, out IReadOnlyList<ExactFloor>? floors))
        {
            floors = [.. Compute(key).Where(floor => floor.Value > 0 && double.IsFinite(floor.Value))
                .OrderByDescending(floor => floor.Value)];
            _known.Add(key, floors);
        }

        return floors;
    }

    /// <summary>With noise, or other tasks or covariances than the published ones.</summary>
    private IReadOnlyList<ExactFloor> OfOtherPrompts(TrainingSettings settings)
    {
        TrainingSettings prompts = settings.OfModelAndPrompts() with
        {
            GivenCovariance = settings.GivenCovariance,
            ZeroP = settings.ZeroP,
            Seed = settings.Covariance is IdentityCovariance ? 0 : settings.Seed,
        };
        if (!_ofOtherPrompts.TryGetValue(prompts, out IReadOnlyList<ExactFloor>? floors))
        {
            ExactCase? of = ExactCase.Of(prompts);
            floors = of is null
                ? []
                : [.. ExactFamily.All.Where(family => family.Knows(of) && family.IsFloor(of)).SelectMany(family => family.Floors(of))
                    .Where(floor => floor.Loss > 0 && double.IsFinite(floor.Loss))
                    .Select(floor => new ExactFloor(floor.Name, floor.Loss))
                    .OrderByDescending(floor => floor.Value)];
            _ofOtherPrompts.Add(prompts, floors);
        }

        return floors;
    }

    private static IEnumerable<ExactFloor> Compute(Key key)
    {
        bool isLinear = key.Activation.IsLinear;
        switch (key.Covariates)
        {
            case NormalCovariates:
                return [.. isLinear ? LinearOnNormal(key) : [], .. ReluOnNormal(key),
                    new ExactFloor("Least squares", LeastSquaresFloor.Loss(key.N, key.D))];
            case SphereCovariates when isLinear && key.Layers == 1:
                return [new ExactFloor("Best linear layer on the sphere", RotationInvariantOneLayer.Sphere(key.N, key.D).Loss)];
            case GammaCovariates gamma when isLinear && key.Layers == 1:
                return [new ExactFloor("Best linear layer on gamma covariates",
                    RotationInvariantOneLayer.Gamma(key.N, key.D, gamma.ShapeK).Loss)];
            default:
                return [];
        }
    }

    private static IEnumerable<ExactFloor> LinearOnNormal(Key key)
    {
        if (key.Layers == 1)
        {
            // For w ~ N(0, Σ⁻¹) the loss of Theorem 1 is the same for every Σ.
            yield return new ExactFloor("Theorem 1", Theorem1.Optimum(key.N, [.. Enumerable.Repeat(1.0, key.D)]).Loss);
            yield break;
        }

        if (Math.Min(key.N, key.D) > MostDimensions)
        {
            yield break;
        }

        if (key.Layers <= PreconditionedGradientDescentFloor.MaxLayers)
        {
            yield return new ExactFloor("P = 0, best step sizes",
                PreconditionedGradientDescentFloor.Optimum(key.N, key.D, key.Layers).Loss);
        }

        if (key.Layers <= GradientDescentPlusPlusFloor.MaxLayers && !key.ZeroP)
        {
            yield return new ExactFloor(GradientDescentPlusPlus, GradientDescentPlusPlusFloor.Optimum(key.N, key.D, key.Layers).Loss);
        }
    }

    private static IEnumerable<ExactFloor> ReluOnNormal(Key key)
        => key is { Activation: ReluAttention, Layers: 1, Heads: 1 }
            ? [new ExactFloor("Theorem 5", Theorem5.Optimum(key.N, key.D).Loss)] : [];

    /// <summary>The settings that decide.</summary>
    private readonly record struct Key(CovariateLaw Covariates, Activation Activation, int N, int D, int Layers, int Heads, bool ZeroP);
}
