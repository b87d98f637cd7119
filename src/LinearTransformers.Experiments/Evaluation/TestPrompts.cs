using System.Globalization;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>
/// How prompts that a model is evaluated on differ from those that it was trained on. What is not said stays as it was in training.
/// </summary>
/// <param name="Settings">Names of settings of lintf train, and their texts.</param>
/// <param name="Scale">
/// c: covariates, the query among them, are c x, and task vectors stay as they are; so labels are c times as large, and noise is not.
/// </param>
public sealed record TestPrompts(IReadOnlyList<(string Name, string Text)> Settings, double Scale = 1)
{
    /// <summary>Those of training.</summary>
    public static TestPrompts AsTrained { get; } = new([]);

    /// <summary>All combinations of values.</summary>
    /// <param name="settings">Names of settings, each with its values.</param>
    /// <param name="scales">Values of <see cref="Scale"/>.</param>
    public static IReadOnlyList<TestPrompts> Product(
        IReadOnlyList<(string Name, IReadOnlyList<string> Values)> settings, IReadOnlyList<double> scales)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(scales);
        IEnumerable<IReadOnlyList<(string, string)>> all = [[]];
        foreach ((string name, IReadOnlyList<string> values) in settings)
        {
            all = [.. all.SelectMany(_ => values, (before, value) => (IReadOnlyList<(string, string)>)[.. before, (name, value)])];
        }

        return [.. all.SelectMany(_ => scales, (texts, scale) => new TestPrompts(texts, scale))];
    }

    /// <summary>These prompts with another number of examples.</summary>
    internal TestPrompts WithExamples(int count)
        => this with { Settings = [.. Settings, ("N", count.ToString(CultureInfo.InvariantCulture))] };

    /// <summary>The settings of a run with these prompts; <see cref="TrainingSettings.GivenCovariance"/> is Σ unless it is I.</summary>
    /// <param name="run">The run's settings.</param>
    /// <param name="covariance">Σ of its prompts; null for I.</param>
    /// <exception cref="SettingException">A value is wrong, or does not go with the others.</exception>
    internal TrainingSettings Of(TrainingSettings run, Covariance? covariance)
    {
        if (!(Scale > 0) || !double.IsFinite(Scale))
        {
            throw new SettingException("x-scale", Scale, "a positive number");
        }

        TrainingSettings settings = SettingNames.Apply(run with { DataSet = null, ResampleEvery = null, GivenCovariance = null }, Settings);
        bool hasOwn = !Settings.Any(setting => setting.Name == "covariance");
        settings = settings with { GivenCovariance = hasOwn ? covariance : settings.DrawCovariance() };
        if (Scale != 1)
        {
            settings = Scaled(settings);
        }

        settings.Validate();
        return settings;
    }

    private TrainingSettings Scaled(TrainingSettings settings)
    {
        if (settings.Covariance.IsOfPrompt || !settings.Covariates.TakesCovariance || !settings.Labels.TakesCovariance)
        {
            throw new SettingException(
                "x-scale", Scale, "1 with a covariance for each prompt, and with covariates or labels that a random network makes");
        }

        int d = settings.Dimension;
        Covariance? before = settings.GivenCovariance;
        float[] u = before is null ? new float[d * d] : [.. before.U];
        for (int i = 0; before is null && i < d; i++)
        {
            u[i * (d + 1)] = 1;
        }

        Covariance scaled = new(u, [.. Enumerable.Range(0, d).Select(i => (float)(Scale * (before is null ? 1 : before.D[i])))]);
        return settings with
        {
            GivenCovariance = scaled,
            TaskCovariance = !settings.TaskCovariance.IsInverse ? settings.TaskCovariance
                : before is null ? new IdentityTaskCovariance()
                : new FileTaskCovariance { Matrix = Inverse(before) },
        };
    }

    /// <summary>Σ⁻¹ = U D⁻² Uᵀ.</summary>
    private static SymmetricMatrix Inverse(Covariance covariance)
    {
        int d = covariance.Dimension;
        double[] inverse = new double[d * d];
        for (int i = 0; i < d * d; i++)
        {
            for (int k = 0; k < d; k++)
            {
                inverse[i] += covariance.U[(i / d * d) + k] * (double)covariance.U[(i % d * d) + k] / covariance.D[k] / covariance.D[k];
            }
        }

        return new SymmetricMatrix(inverse);
    }
}
