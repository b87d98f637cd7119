using System.Globalization;
using System.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>A run that others begin with, as <c>init</c> names it: RUN, or RUN@iteration.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Iteration">The iteration; null for the last one of its history.</param>
internal sealed record SourceRun(string Path, int? Iteration)
{
    private const string Setting = "init";
    private const char BeforeIteration = '@';

    /// <summary>Whether there is such a run.</summary>
    public bool IsThere => RunDirectory.IsRun(Path);

    /// <summary>From its text: a folder, and behind it an iteration, if one is named; a run's folder may itself be called that.</summary>
    public static SourceRun Of(string text)
    {
        int at = text.LastIndexOf(BeforeIteration);
        return at > 0 && !RunDirectory.IsRun(text)
            && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int iteration)
            ? new(System.IO.Path.TrimEndingDirectorySeparator(text[..at]), iteration)
            : new(System.IO.Path.TrimEndingDirectorySeparator(text), null);
    }

    /// <summary>Whether a text that names an iteration can mean this run: at its iteration, or at any where it has none.</summary>
    public bool IsNamedBy(string text)
        => Iteration is not null ? text == ToString()
            : text.LastIndexOf(BeforeIteration) is int at and > 0 && text[..at] == Path;

    /// <inheritdoc/>
    public override string ToString()
        => Iteration is { } iteration ? string.Create(CultureInfo.InvariantCulture, $"{Path}{BeforeIteration}{iteration}") : Path;

    /// <summary>Reads its parameters for a run of some settings.</summary>
    /// <returns>The run with its iteration, and the parameters.</returns>
    /// <exception cref="SettingException">It is not there, or damaged, or does not fit.</exception>
    public (SourceRun Run, double[] Parameters) Read(TrainingSettings settings)
    {
        if (!IsThere)
        {
            throw Wrong("a run's folder, or one with @ and an iteration of its history behind it, as in runs/mine@100");
        }

        try
        {
            RunDirectory directory = RunDirectory.Load(Path);
            if (!IsAlike(directory.Settings, settings))
            {
                throw Wrong($"a run of {Describe(settings)}, as this one, and is one of {Describe(directory.Settings)}");
            }

            (int iteration, double[] parameters) = !directory.HasState ? throw NothingIsRecorded()
                : directory.Settings.Precision is Precision.Double ? In(directory.ReadHistory<double>())
                : In(directory.ReadHistory<float>());
            return AreFinite(parameters, settings.Precision)
                ? (this with { Iteration = iteration }, parameters)
                : throw Wrong($"a run and an iteration whose parameters are finite numbers of precision "
                    + $"{settings.Precision.ToString().ToLowerInvariant()}, and those at {iteration} are not");
        }
        catch (RunDirectoryException exception)
        {
            throw Wrong($"a run that can be read ({exception.Message})");
        }
    }

    private (int Iteration, double[] Parameters) In<T>(History<T> history)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (history.Count == 0)
        {
            throw NothingIsRecorded();
        }

        int iteration = Iteration ?? (int)history.Iterations[^1];
        return history.Iterations.Contains(iteration)
            ? (iteration, [.. history.At(iteration).ToArray().Select(double.CreateTruncating)])
            : throw Wrong($"{Path} with an iteration of its history behind it: {Few(history.Iterations)}");
    }

    private SettingException NothingIsRecorded() => Wrong("a run of which something is recorded: train it first");

    private SettingException Wrong(string requirement) => new(Setting, ToString(), requirement);

    private static string Few(IReadOnlyList<long> iterations)
        => iterations.Count <= 4 ? string.Join(", ", iterations)
            : string.Create(CultureInfo.InvariantCulture, $"{iterations[0]}, {iterations[1]}, {iterations[2]}, …, {iterations[^1]}");

    private static bool AreFinite(double[] parameters, Precision precision)
        => Array.TrueForAll(parameters, value => precision is Precision.Double ? double.IsFinite(value) : float.IsFinite((float)value));

    private static bool IsAlike(TrainingSettings one, TrainingSettings other)
        => one.Sizes == other.Sizes && Parts.NameOf(one.Model) == Parts.NameOf(other.Model)
            && one.Layout.Arrays.Count == other.Layout.Arrays.Count
            && one.Layout.Arrays.Zip(other.Layout.Arrays).All(pair => IsAlike(pair.First, pair.Second));

    private static bool IsAlike(ParameterArray one, ParameterArray other) => one.Name == other.Name && one.Sizes.SequenceEqual(other.Sizes);

    private static string Describe(TrainingSettings s)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Parts.NameOf(s.Model)}, n-layer {s.Layers}, n-head {s.Heads}, d {s.Dimension} ("
                + $"{string.Join(", ", s.Layout.Arrays.Select(array => $"{array.Name} {Wording.Shape([.. array.Sizes])}"))})");
}
