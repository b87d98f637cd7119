using LinearTransformers.Prompts;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Exchange;

/// <summary>Finds runs among the entries of a file by the shapes of their tensors.</summary>
internal sealed class RunFinder
{
    private readonly TorchFile _file;
    private readonly PickledDictionary? _root;
    private readonly HashSet<TorchTensor> _used = new(ReferenceEqualityComparer.Instance);
    private readonly PickledList? _networks;
    private readonly bool _hasRuns;
    private readonly Dictionary<string, Dictionary<string, object?>> _byKey = new(StringComparer.Ordinal);

    public RunFinder(TorchFile file)
    {
        _file = file;
        _root = file.Root as PickledDictionary;
        PickledList[] lists = [.. _root?.Entries.Select(entry => entry.Value).OfType<PickledList>() ?? []];
        PickledList? matrices = Array.Find(lists, list => list.Items.Count > 0 && list.Items.TrueForAll(item => item is TorchTensor && Snapshot.Of(item) is not null));
        _networks = matrices is null ? null : Array.Find(lists, list => list.Items.Count == matrices.Items.Count && list.Items.Zip(matrices.Items).All(pair => Snapshot.Of(pair.Second, pair.First) is not null));
        foreach ((PickledKey key, object? value) in _root?.Entries ?? [])
        {
            if (key.Text is "U" or "D")
            {
                _byKey[key.Text] = new() { [""] = value };
            }
            else if (key.Text is "U_dict" or "D_dict" && value is PickledDictionary dictionary)
            {
                _byKey[key.Text] = dictionary.Entries.ToDictionary(entry => entry.Key.Identity, entry => entry.Value, StringComparer.Ordinal);
            }
        }

        _hasRuns = _root?.Entries.Exists(entry => IsRun(entry.Value) || IsSeveral(entry.Value)) ?? false;
    }

    /// <summary>Whether an entry of the file belongs to the runs of another.</summary>
    public bool IsPartOfARun(PickledKey key, object? value)
        => _hasRuns && (key.Text is "U" or "D" or "U_dict" or "D_dict" || (_networks is not null && ReferenceEquals(value, _networks)));

    /// <summary>The runs that a value holds; null for none.</summary>
    /// <exception cref="TensorFormatException">It holds some whose parts do not go together.</exception>
    public IEnumerable<PublishedRun>? Find(object? value, string entry)
        => IsRun(value) ? [Run(value, entry, null)]
            : !IsSeveral(value) ? null
            : value is PickledDictionary dictionary ? dictionary.Entries.Select(pair => Run(pair.Value, entry, pair.Key))
            : ((PickledList)value!).Items.Select((item, i) => Run(item, entry, PickledKey.Of((long)i)));

    /// <summary>A list of snapshots, or one snapshot.</summary>
    public static bool IsRun(object? value)
        => value is PickledList { Items: { Count: > 0 } items } ? items.TrueForAll(item => Snapshot.Of(item) is not null) : Snapshot.Of(value) is not null;

    private static bool IsSeveral(object? value) => value switch
    {
        PickledDictionary { Entries: { Count: > 0 } entries } => entries.TrueForAll(entry => entry.Value is PickledList && IsRun(entry.Value)),
        PickledList { Items: { Count: > 0 } items } => items.TrueForAll(item => item is PickledList && IsRun(item)),
        _ => false,
    };

    private PublishedRun Run(object? value, string entry, PickledKey? key)
    {
        List<object?> items = value is PickledList list ? list.Items : [value];
        Snapshot[] snapshots = [.. items.Select((item, i) => (_networks is null ? null : Snapshot.Of(item, _networks.Items.ElementAtOrDefault(i))) ?? Snapshot.Of(item)!)];
        string place = entry.Length == 0 ? "the file" : Wording.Quote(entry);
        for (int i = 0; i < snapshots.Length; i++)
        {
            if (!snapshots[i].IsLike(snapshots[0]))
            {
                throw Wrong(snapshots[i], $"snapshot {i} of {place} has other shapes or another type than the first; all should be alike.");
            }

            if (!_used.Add(snapshots[i].Matrices))
            {
                throw Wrong(snapshots[i], $"snapshot {i} of {place} is the same tensor as one before; each should be saved as a copy (clone).");
            }
        }

        return new PublishedRun(_file.File, entry, key?.Parts ?? [], snapshots, Covariance(snapshots[0], key));
    }

    private Covariance? Covariance(Snapshot snapshot, PickledKey? key)
    {
        TorchTensor? u = Of("U", key);
        TorchTensor? d = Of("D", key);
        if (u is null && d is null)
        {
            return null;
        }

        int n = snapshot.Dimension;
        if (u is not { Shape: [int rows, int columns] } || (rows, columns) != (n, n) || d is not ({ Shape: [_] } or { Shape: [_, _] }) || d.Shape.Any(length => length != n))
        {
            throw Wrong(snapshot, $"U and D should both be there, U of shape [{n}, {n}] and D of that shape or [{n}].");
        }

        double[] scales = d.ToDoubles();
        if (d.Shape.Length == 2)
        {
            if (scales.Where((scale, i) => i % (n + 1) != 0 && scale != 0).Any())
            {
                throw Wrong(snapshot, "D should be diagonal.");
            }

            scales = [.. scales.Where((_, i) => i % (n + 1) == 0)];
        }

        try
        {
            return new Covariance([.. u.ToDoubles().Select(value => (float)value)], [.. scales.Select(value => (float)value)]);
        }
        catch (ArgumentException exception)
        {
            throw Wrong(snapshot, $"U and D are no covariance: {exception.Message}.");
        }
    }

    /// <summary>U or D of a run: in U_dict or D_dict by its key, or for all runs of the file.</summary>
    private TorchTensor? Of(string name, PickledKey? key)
    {
        object? own = key is null ? null : _byKey.GetValueOrDefault(name + "_dict")?.GetValueOrDefault(key.Identity);
        return (own ?? _byKey.GetValueOrDefault(name)?[""]) as TorchTensor;
    }

    private TensorFormatException Wrong(Snapshot snapshot, string reason)
        => TensorFormatException.AtByte(_file.File, snapshot.Matrices.Storage.Offset, reason);
}
