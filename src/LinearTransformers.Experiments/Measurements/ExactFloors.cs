using LinearTransformers.Experiments.Exact;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Models;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>An expected loss to hold a run's losses against.</summary>
/// <param name="Name">What has this loss, in a few words: "GD++".</param>
/// <param name="Value">The least expected in-context loss of it.</param>
/// <param name="IsOfModels">Whether it is about models of the settings' kind; if not, about any algorithm.</param>
/// <param name="StandardError">Of a value that is the mean of a sample, its standard error; null where the value is exact.</param>
internal sealed record ExactFloor(string Name, double Value, bool IsOfModels, double? StandardError = null)
{
    /// <summary>As a line in a figure.</summary>
    public ReferenceLine Line => new($"{Name}, {(StandardError is null ? "exact" : "sampled")}: {NumberText.Scientific(Value, 3)}", Value);
}

/// <summary>
/// The least losses that theory has for a run's settings, as <see cref="ExactFamily.FloorName"/> chooses them; each is computed once. They
/// are expectations over all prompts: the loss of a finite batch scatters around what it is on average, and may stay below that of GD++, to
/// which prompts too rare for a batch contribute much.
/// </summary>
/// <remarks>
/// <para>
/// Where w = Σ^(−½) ω, as published, labels do not depend on Σ, and a layer with Q̂ does to x = Σ^½ ξ what one with Σ^½ Q̂ Σ^½ does to ξ:
/// what is known of Σ = I holds for every Σ. For w ~ N(0, Σ⁻¹) and labels without noise there are
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
/// With noise, other tasks or another Ψ there are the best linear layer, and, where labels vary alike in every direction, the two of
/// several layers. Bayes stands in place of least squares: its value is exact for normal tasks whose labels vary alike in every direction,
/// and the mean of a sample for others and for pools.
/// </para>
/// <para>
/// Heads of a linear layer whose P̂ is zero add up to one head. In GD++ they do too: only Σ_h a_h and Σ_h a_h b_h of a layer matter,
/// which one head has as well. Labels that a network makes (modes relu and mlp, nonlinear regression) have no exact floor,
/// and softmax none of its own. Tied layers have the best single step size, if every P̂ is kept at zero, and otherwise none of their own.
/// Matrices that see labels are held against the same values, which nothing proves to be the least for them.
/// </para>
/// </remarks>
internal sealed class ExactFloors
{
    /// <summary>The name of the floor of GD++.</summary>
    public const string GradientDescentPlusPlus = PlusPlusFamily.Name;

    private readonly Dictionary<(TrainingSettings Settings, ExactFamily Family), ExactFloor> _known = [];

    /// <summary>The floors of a run with these settings, the largest first; none where theory has none.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="withSampled">Whether those are among them that are means of a sample, which takes seconds.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public IReadOnlyList<ExactFloor> Of(TrainingSettings settings, bool withSampled = false, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings is not { Model: LinearTransformerModel, Covariance.IsOfPrompt: false, DataSet: null })
        {
            return [];
        }

        try
        {
            return ExactCase.Of(Deciding(settings)) is not { } of ? []
                : [.. ExactFamily.All
                    .Where(family => family.Knows(of) && family.FloorName(of) is not null && (withSampled || !family.IsSampled(of)))
                    .Select(family => Floor(family, of, stop))
                    .Where(floor => floor.Value > 0 && double.IsFinite(floor.Value))
                    .OrderByDescending(floor => floor.Value)];
        }
        catch (AbsentPartException)
        {
            // Of the law of another program nothing is known.
            return [];
        }
    }

    /// <summary>
    /// The settings that decide on floors, all others at their defaults: runs that differ in others only, in their seeds say, have their
    /// floors in common.
    /// </summary>
    private static TrainingSettings Deciding(TrainingSettings settings)
    {
        TrainingSettings deciding = settings.OfModelAndPrompts() with { ZeroP = settings.ZeroP };
        return settings.TaskCovariance.IsInverse
            ? deciding with { Covariance = new IdentityCovariance() }
            : deciding with { GivenCovariance = settings.DrawCovariance() };
    }

    private ExactFloor Floor(ExactFamily family, ExactCase of, CancellationToken stop)
    {
        if (!_known.TryGetValue((of.Settings, family), out ExactFloor? floor))
        {
            stop.ThrowIfCancellationRequested();
            ExactRow row = family.Rows(of, of.Settings.Layers, stop).First();
            _known[(of.Settings, family)] = floor = new(family.FloorName(of)!, row.Loss, family.IsOfModels, row.StandardError);
        }

        return floor;
    }
}
