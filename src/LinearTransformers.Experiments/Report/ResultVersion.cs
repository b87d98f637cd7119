using System.Globalization;
using System.Text.RegularExpressions;
using LinearTransformers.Experiments.Catalogs;

namespace LinearTransformers.Experiments.Report;

/// <summary>
/// In which way an experiment was run, as the names of its results and figures say: those of the published way have nothing after their
/// own.
/// </summary>
/// <param name="Stem">The name without that: results, loss.</param>
/// <param name="Way">Settings, optimizers, protocol and stream, where they are not all as published; empty otherwise.</param>
/// <param name="Iterations">Iterations, if not the published number.</param>
/// <param name="Seeds">Seeds, if not the published ones.</param>
/// <param name="Experiment">The experiment; null where it is none of ours.</param>
internal sealed partial record ResultVersion(string Stem, string Way, int? Iterations, IReadOnlyList<int>? Seeds, IExperiment? Experiment)
{
    /// <summary>Of a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="stem">What its name begins with, if that is known.</param>
    /// <param name="experiment">The experiment's name.</param>
    public static ResultVersion Of(string path, string? stem, string experiment)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        Match match = Scale().Match(name);
        string rest = match.Groups["rest"].Value;
        string way = stem is not null && rest.StartsWith(stem, StringComparison.Ordinal) ? rest[stem.Length..].Trim('-') : "";
        return new ResultVersion(
            stem ?? rest,
            way,
            Number(match.Groups["its"].Value),
            match.Groups["seeds"].Success
                ? [.. match.Groups["seeds"].Value.Split('-').Select(seed => Number(seed) ?? 0)]
                : null,
            ExperimentCatalog.All.FirstOrDefault(candidate => candidate.Name == experiment));
    }

    /// <summary>Whether iterations or seeds are fewer than published.</summary>
    public bool IsSmall
        => Iterations < (Experiment?.PublishedIterations ?? int.MaxValue)
            || Seeds?.Count < (Experiment?.PublishedSeeds.Count ?? int.MaxValue);

    /// <summary>0 as published, 1 otherwise at that scale, 2 for a small version.</summary>
    public int Rank => IsSmall ? 2 : Iterations is null && Seeds is null && Way.Length == 0 ? 0 : 1;

    /// <summary>
    /// How it differs from what is published: "500 iterations of the published 10,000, seed 1 of the published 0, 1, 2"; empty if it does
    /// not.
    /// </summary>
    public string Words => string.Join(", ", ((string?[])
    [
        Way.Length == 0 ? null : Way.Replace('-', ' '),
        Iterations is null ? null : $"{Grouped(Iterations.Value)} iterations"
            + $"{(Experiment is null ? "" : $" of the published {Grouped(Experiment.PublishedIterations)}")}",
        Seeds is null ? null : $"{(Seeds.Count == 1 ? "seed" : "seeds")} {string.Join(", ", Seeds)}"
            + $"{(Experiment is null ? "" : $" of the published {string.Join(", ", Experiment.PublishedSeeds)}")}",
    ]).OfType<string>());

    private static int? Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string Grouped(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<rest>.*?)(?:-(?<its>\d+)its)?(?:-seeds-(?<seeds>\d+(?:-\d+)*))?$", RegexOptions.Singleline)]
    private static partial Regex Scale();
}
