
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Plots;

/// <summary>A kind of figure that can be made of runs.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it shows, in a line.</param>
/// <param name="Draw">Makes it.</param>
/// <param name="Refusal">Why a run cannot be shown in it, null if it can: such runs are left out.</param>
/// <param name="Options">The options it heeds, by their names on the command line; others must be left out.</param>
internal sealed record PlotKind(
    string Name,
    string Summary,
    Func<IReadOnlyList<LoadedRun>, PlotOptions, IProgressReporter, CancellationToken, Plot> Draw,
    Func<LoadedRun, PlotOptions, string?> Refusal,
    params string[] Options)
{
    public const string Every = "every";
    public const string MaxIterations = "max-iters";
    public const string Samples = "samples";
    public const string Prompts = "prompts";
    public const string Protocol = "protocol";
    public const string Basis = "basis";
    public const string Blocks = "blocks";
    public const string Floors = "floors";
    public const string Curvature = "curvature";

    /// <summary>Refuses an option that would change nothing.</summary>
    /// <exception cref="SettingException">There is one.</exception>
    public void Check(PlotOptions options)
    {
        (string, object?)[] given =
        [
            (Every, options.Every),
            (MaxIterations, options.MaxIterations),
            (Samples, options.Samples),
            (Prompts, options.Prompts),
            (Protocol, options.Protocol?.ToString().ToLowerInvariant()),
            (Basis, options.Basis?.ToString().ToLowerInvariant()),
            (Floors, options.Floors ? "there" : null),
            (Blocks, options.Blocks?.ToString().ToLowerInvariant()),
            (Curvature, options.Curvature?.ToString().ToLowerInvariant()),
        ];
        foreach ((string name, object? value) in given)
        {
            if (value is not null && !Options.Contains(name))
            {
                throw new SettingException(name, value, $"left out: {Name} does not depend on it");
            }
        }
    }
}
