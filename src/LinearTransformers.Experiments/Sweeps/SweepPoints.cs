using System.Security.Cryptography;
using System.Text;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>The points of a sweep, in the order of its grids, the last factor running fastest.</summary>
/// <param name="Names">The settings that vary.</param>
/// <param name="All">The points.</param>
/// <param name="Repeated">
/// How many more the grids have, that have the settings of others of their own grid. What two grids share is what a sweep that has grown
/// had before.
/// </param>
/// <param name="Unused">Options that no part of any point has.</param>
public sealed record SweepPoints(
    IReadOnlyList<string> Names, IReadOnlyList<SweepPoint> All, int Repeated, IReadOnlyList<string> Unused)
{
    /// <summary>A sweep of more is a mistake.</summary>
    public const int Most = 100_000;

    private const string StrideName = "hist-stride";

    /// <summary>File systems take names of 255 bytes, and temporary files need some of them.</summary>
    private const int LongestName = 120;

    /// <summary>The points of a sweep, all checked.</summary>
    /// <exception cref="SettingException">A value is wrong, or does not go with others.</exception>
    /// <exception cref="SweepException">There are too many.</exception>
    public static SweepPoints Of(SweepDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        double count = definition.Grids.Sum(grid => grid.Aggregate(1.0, (product, factor) => product * factor.Rows.Count));
        if (count > Most)
        {
            throw new SweepException(FormattableString.Invariant(
                $"the sweep has {count:0} points: it must have at most {Most}; several folders hold more"));
        }

        IReadOnlyList<string> names = definition.Names;
        List<SweepPoint> points = [];
        Dictionary<string, IReadOnlyList<SweepFactor>> known = [];
        HashSet<string> folders = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string>? unused = null;
        int repeated = 0;
        foreach (IReadOnlyList<SweepFactor> grid in definition.Grids)
        {
            string[] own = [.. grid.SelectMany(factor => factor.Names)];
            SettingsOfPoint settingsOf = new(definition, own);
            foreach (string[] values in Product(grid))
            {
                List<string> unusedHere = [];
                TrainingSettings settings = settingsOf.With(values, unusedHere);
                unused ??= [.. unusedHere];
                unused.IntersectWith(unusedHere);
                string text = SettingsJson.Write(settings);
                if (!known.TryAdd(text, grid))
                {
                    repeated += ReferenceEquals(known[text], grid) ? 1 : 0;
                    continue;
                }

                Dictionary<string, string> texts = [];
                foreach ((string name, string value) in own.Zip(values).Concat(SettingNames.Texts(settings)))
                {
                    texts[name] = value;
                }

                string folder = NameOf([.. own.Select(name => (name, texts[name]))]);
                if (!folders.Add(folder))
                {
                    throw new SweepException($"two points of the sweep have the name {folder}: their values must differ in more than case");
                }

                points.Add(new SweepPoint(folder, settings, [.. names.Select(name => texts.GetValueOrDefault(name, ""))]));
            }
        }

        return new SweepPoints(names, points, repeated, [.. unused ?? []]);
    }

    /// <summary>
    /// The points of a share: those whose place, from 0, leaves a rest of share − 1 when divided by the number of shares.
    /// </summary>
    public IReadOnlyList<SweepPoint> Share(int share, int shares) => [.. All.Where((_, i) => i % shares == share - 1)];

    /// <summary>
    /// d=5_sd=0. Whatever else than letters, digits and a few signs is in a value, or makes the name too long, is replaced, and the end of
    /// a hash stands for it. The name depends on these values alone.
    /// </summary>
    private static string NameOf(IReadOnlyList<(string Name, string Text)> values)
    {
        string plain = string.Join('_', values.Select(value => $"{value.Name}={value.Text}"));
        string safe = string.Concat(
            plain.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or ',' or '=' or '_' ? c : '~'));
        safe = safe.Length > LongestName ? safe[..LongestName] : safe;
        if (values.Count == 0)
        {
            return "only";
        }

        return safe == plain && !values.Any(value => value.Text.Contains('_', StringComparison.Ordinal))
            ? safe
            : $"{safe}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain)))[..10]}";
    }

    private static IEnumerable<string[]> Product(IReadOnlyList<SweepFactor> grid)
    {
        int[] place = new int[grid.Count];
        while (true)
        {
            yield return [.. grid.SelectMany((factor, i) => factor.Rows[place[i]])];
            int axis = grid.Count - 1;
            while (axis >= 0 && ++place[axis] == grid[axis].Rows.Count)
            {
                place[axis--] = 0;
            }

            if (axis < 0)
            {
                yield break;
            }
        }
    }

    /// <summary>The settings of points whose values are given.</summary>
    private sealed class SettingsOfPoint(SweepDefinition definition, string[] names)
    {
        private readonly bool _isOneSeed = definition.Settings.DataSeed is { } seed && seed == definition.Settings.Seed
            && !names.Concat(definition.Options.Select(option => option.Name)).Contains("data-seed");

        private readonly int? _keep = names.Concat(definition.Options.Select(option => option.Name)).Contains(StrideName) ? null
            : definition.Keep;

        public TrainingSettings With(string[] values, List<string> unused)
        {
            TrainingSettings settings = SettingNames.Apply(
                definition.Settings, definition.Options.Where(option => !names.Contains(option.Name)).Concat(names.Zip(values)),
                unused);
            settings = _isOneSeed ? settings with { DataSeed = settings.Seed } : settings;
            settings = SweepKeep.In(settings, _keep);
            settings.Validate();
            return settings;
        }
    }
}
