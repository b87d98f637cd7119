using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Exchange;

/// <summary>
/// One run of the published code as its file has it: the snapshots, U and D where they are there, and what follows from their
/// shapes. All other settings must come from whoever knows them.
/// </summary>
public sealed class PublishedRun
{
    private readonly IReadOnlyList<Snapshot> _snapshots;
    private readonly string _file;

    internal PublishedRun(
        string file, string entry, IReadOnlyList<string> key, IReadOnlyList<Snapshot> snapshots, int firstIteration, Covariance? covariance)
    {
        _file = file;
        _snapshots = snapshots;
        FirstIteration = firstIteration;
        Entry = entry;
        Key = key;
        Covariance = covariance;
    }

    /// <summary>The name of the entry of the file that holds it; empty where the file has no entries.</summary>
    public string Entry { get; }

    /// <summary>Its key within the entry, such as its seed; empty where the entry holds one run.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>Its covariance; null for the identity.</summary>
    public Covariance? Covariance { get; }

    /// <summary>Snapshots.</summary>
    public int Count => _snapshots.Count;

    /// <summary>The iteration of the first snapshot: 0, or 1 where they were taken after the step rather than before it.</summary>
    public int FirstIteration { get; }

    /// <summary>What messages call it.</summary>
    public string Name => $"{_file}{(Entry.Length > 0 ? $", {Entry}" : "")}{(Key.Count > 0 ? $" ({string.Join(", ", Key)})" : "")}";

    /// <summary>
    /// Settings with what the file tells: the model and its sizes, the covariance, the number type, and as many iterations as the
    /// snapshots span, that many apart.
    /// </summary>
    /// <param name="settings">Everything else.</param>
    /// <param name="stride">Iterations between two snapshots.</param>
    /// <exception cref="SettingException">The stride makes no sense.</exception>
    public TrainingSettings Complete(TrainingSettings settings, int stride)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (stride < 1 || (long)Count * stride > int.MaxValue)
        {
            throw new SettingException("hist-stride", stride, $"from 1 to {int.MaxValue / Count}");
        }

        Snapshot first = _snapshots[0];
        return settings with
        {
            Model = first.Network is { } network
                ? (settings.Model as NonlinearRegressionModel ?? new()) with { Hidden = network[1].Count }
                : (settings.Model as LinearTransformerModel ?? new()) with
                {
                    Parameters = new SparseStructure(),
                    IsTied = false,
                    HasTrainedCorner = false,
                },
            Layers = first.Matrices.Shape[0],
            Heads = first.Matrices.Shape[1],
            Dimension = first.Dimension,
            Covariance = Covariance is null ? new IdentityCovariance() : new RotatedCovariance(),
            GivenCovariance = null,
            InitialRun = null,
            Precision = first.IsDouble ? Precision.Double : Precision.Single,
            HistoryStride = stride,
            MaxIterations = Count * stride,
        };
    }

    /// <summary>Refuses settings that are not those of the file.</summary>
    /// <exception cref="SettingException">One is another.</exception>
    public void Check(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TrainingSettings own = Complete(settings, settings.HistoryStride);
        Same("model", Parts.TextOf(settings.Model), Parts.TextOf(own.Model));
        Same("n-layer", settings.Layers, own.Layers);
        Same("n-head", settings.Heads, own.Heads);
        Same("d", settings.Dimension, own.Dimension);
        Same("hidden", (settings.Model as NonlinearRegressionModel)?.Hidden, (own.Model as NonlinearRegressionModel)?.Hidden);
        Same("covariance", Parts.TextOf(settings.Covariance), Parts.TextOf(own.Covariance));
        Same("precision", Words(settings.Precision), Words(own.Precision));
        // A snapshot that was taken after the step may be the last iterate.
        long last = LastIteration(settings.HistoryStride);
        if (settings.MaxIterations < last || (settings.MaxIterations == last && FirstIteration == 0))
        {
            throw new SettingException(
                "max-iters", settings.MaxIterations,
                    $"{(FirstIteration == 0 ? "above" : "at least")} {last}, the iteration of the last snapshot of {Name}");
        }
    }

    /// <summary>The iteration of the last snapshot.</summary>
    /// <param name="stride">Iterations between two snapshots.</param>
    public long LastIteration(int stride) => FirstIteration + ((long)(Count - 1) * stride);

    /// <summary>The run's history, a snapshot at each multiple of the stride, or an iteration after it.</summary>
    /// <exception cref="InvalidCastException">The numbers are of another type than the settings of <see cref="Complete"/> say.</exception>
    public History<T> ToHistory<T>(TrainingSettings settings)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(settings);
        History<T> history = new(settings.Layout, Covariance);
        for (int i = 0; i < Count; i++)
        {
            history.Add(FirstIteration + ((long)i * settings.HistoryStride), _snapshots[i].Values<T>());
        }

        return history;
    }

    private static string Words<TEnum>(TEnum value)
        where TEnum : struct, Enum
        => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private void Same<TValue>(string setting, TValue given, TValue own)
    {
        if (!EqualityComparer<TValue>.Default.Equals(given, own))
        {
            throw new SettingException(setting, given, $"{own} as in {Name}, or left out");
        }
    }
}
