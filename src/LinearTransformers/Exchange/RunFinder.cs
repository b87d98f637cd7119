using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Exchange;

/// <summary>Finds runs among the entries of a file by the shapes of their tensors.</summary>
internal sealed class RunFinder
{
    private readonly TorchFile _file;
    private readonly PickledDictionary? _root;
    private readonly HashSet<(TorchStorage Storage, long First)> _used = [];
    private readonly PickledList? _networks;
    private readonly Dictionary<object, (string Name, PickledList Vectors)> _vectors = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> _remarks = [];
    private readonly bool _hasRuns;
    private readonly Dictionary<string, Dictionary<string, object?>> _byKey = new(StringComparer.Ordinal);

    public RunFinder(TorchFile file)
    {
        _file = file;
        _root = file.Root as PickledDictionary;
        PickledList[] lists = [.. _root?.Entries.Select(entry => entry.Value).OfType<PickledList>() ?? []];
        PickledList? matrices =
            Array.Find(lists, list => list.Items.Count > 0
                && list.Items.TrueForAll(item => item is TorchTensor && Snapshot.Of(item) is not null));
        _networks = matrices is null ? null
            : Array.Find(lists, list => list.Items.Count == matrices.Items.Count && list.Items.Zip(matrices.Items)
                .All(pair => Snapshot.Of(pair.Second, pair.First) is not null));
        foreach ((PickledKey key, object? value) in _root?.Entries ?? [])
        {
            if (key.Text is "U" or "D")
            {
                _byKey[key.Text] = new() { [""] = value };
            }
            else if (key.Text is "U_dict" or "D_dict" && value is PickledDictionary dictionary)
            {
                _byKey[key.Text] = dictionary.Entries.ToDictionary(
                    entry => entry.Key.Identity, entry => entry.Value, StringComparer.Ordinal);
            }
        }

        _hasRuns = _root?.Entries.Exists(entry => IsRun(entry.Value) || IsSeveral(entry.Value)) ?? false;
        foreach ((_, object? value) in _root?.Entries ?? [])
        {
            if (value is PickledList run && IsRun(run) && AreOne(Snapshots(run)) && VectorsFor(Snapshots(run)[0]) is { } vectors)
            {
                _vectors.Add(run, vectors);
            }
        }
    }

    /// <summary>A sentence for each run that was found elsewhere than in the entry of its name.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Whether an entry of the file belongs to the runs of another.</summary>
    public bool IsPartOfARun(PickledKey key, object? value)
        => _hasRuns && (key.Text is "U" or "D" or "U_dict" or "D_dict"
            || (_networks is not null && ReferenceEquals(value, _networks))
            || _vectors.Values.Any(vectors => ReferenceEquals(value, vectors.Vectors)));

    /// <summary>The runs that a value holds; null for none.</summary>
    /// <exception cref="TensorFormatException">It holds some whose parts do not go together.</exception>
    public IEnumerable<PublishedRun>? Find(object? value, string entry)
        => IsRun(value) ? [Run(value, entry, null)]
            : !IsSeveral(value) ? null
            : value is PickledDictionary dictionary ? dictionary.Entries.Select(pair => Run(pair.Value, entry, pair.Key))
            : ((PickledList)value!).Items.Select((item, i) => Run(item, entry, PickledKey.Of((long)i)));

    /// <summary>A list of snapshots, or one snapshot.</summary>
    public static bool IsRun(object? value)
        => value is PickledList { Items: { Count: > 0 } items } ? items.TrueForAll(item => Snapshot.Of(item) is not null)
            : Snapshot.Of(value) is not null;

    private static bool IsSeveral(object? value) => value switch
    {
        PickledDictionary { Entries: { Count: > 0 } entries }
            => entries.TrueForAll(entry => entry.Value is PickledList && IsRun(entry.Value)),
        PickledList { Items: { Count: > 0 } items } => items.TrueForAll(item => item is PickledList && IsRun(item)),
        _ => false,
    };

    private PublishedRun Run(object? value, string entry, PickledKey? key)
    {
        Snapshot[] snapshots = Snapshots(value is PickledList list ? list.Items : [value]);
        string place = entry.Length == 0 ? "the file" : Wording.Quote(entry);
        (string Name, PickledList Vectors)? vectors = value is not null && _vectors.TryGetValue(value, out (string, PickledList) found)
            ? found : null;
        if (vectors is null && AreOne(snapshots))
        {
            throw Wrong(snapshots[0],
                $"all {snapshots.Length} snapshots of {place} are the same numbers, those of one iterate: a state_dict is no copy, nor "
                    + $"is a parameter; each should be saved as a copy (clone), or as a vector beside them{Unfit(snapshots[0])}.");
        }

        if (vectors is not null)
        {
            Snapshot[] taken = [.. vectors.Value.Vectors.Items.Select(vector => snapshots[0].From((TorchTensor)vector!)!)];
            string ends = taken[^1].IsEqualTo(snapshots[0]) ? "is" : "is not, as with a stride above 1,";
            _remarks.Add(
                $"{place} has {snapshots.Length} times the same numbers, as a state_dict is no copy: the run is the {taken.Length} "
                    + $"vectors of {Wording.Quote(vectors.Value.Name)}, taken after each step, with the parameters in the order of the "
                        + $"model; the last {ends} the iterate that {place} holds");
            (snapshots, place) = (taken, Wording.Quote(vectors.Value.Name));
        }

        for (int i = 0; i < snapshots.Length; i++)
        {
            if (!snapshots[i].IsLike(snapshots[0]))
            {
                throw Wrong(snapshots[i], $"snapshot {i} of {place} has other shapes or another type than the first; all should be alike.");
            }
        }

        for (int i = 0; i < snapshots.Length; i++)
        {
            // Within a snapshot two arrays may look at one place; of two snapshots none should.
            (TorchStorage, long)[] views =
                [.. snapshots[i].Sources.Where(array => array.Count > 0).Select(array => (array.Storage, array.First)).Distinct()];
            if (!Array.TrueForAll(views, _used.Add))
            {
                throw Wrong(snapshots[i],
                    $"snapshot {i} of {place} has the same numbers as one before, in the same place of the file; each should be saved "
                        + "as a copy (clone).");
            }
        }

        return new PublishedRun(_file.File, entry, key?.Parts ?? [], snapshots, vectors is null ? 0 : 1, Covariance(snapshots[0], key));
    }

    private Snapshot[] Snapshots(PickledList list) => Snapshots(list.Items);

    private Snapshot[] Snapshots(List<object?> items)
        => [.. items.Select((item, i) => (_networks is null ? null : Snapshot.Of(item, _networks.Items.ElementAtOrDefault(i)))
            ?? Snapshot.Of(item)!)];

    /// <summary>
    /// Whether there are several, and all look at the same numbers: the parameters of a live model, saved again and again, are its last
    /// iterate every time.
    /// </summary>
    private static bool AreOne(Snapshot[] snapshots)
        => snapshots.Length > 1 && snapshots.All(snapshot => snapshot.IsLike(snapshots[0])
            && snapshot.Sources.Zip(snapshots[0].Sources)
                .All(pair => ReferenceEquals(pair.First.Storage, pair.Second.Storage) && pair.First.First == pair.Second.First));

    /// <summary>The entry of vectors that are as long as the snapshot; null for none.</summary>
    /// <exception cref="TensorFormatException">There are two: nobody can tell which it is.</exception>
    private (string Name, PickledList Vectors)? VectorsFor(Snapshot snapshot)
    {
        (string Name, PickledList Vectors)[] fitting =
            [.. Vectors().Where(entry => entry.Vectors.Items.TrueForAll(item => snapshot.From((TorchTensor)item!) is not null))];
        return fitting.Length switch
        {
            0 => null,
            1 => fitting[0],
            _ => throw Wrong(snapshot,
                $"{Wording.Quote(fitting[0].Name)} and {Wording.Quote(fitting[1].Name)} both hold vectors of the model's "
                    + $"{snapshot.Count} numbers; one entry should."),
        };
    }

    /// <summary>What is wrong with the vectors that are there; nothing where they would fit, but belong to several runs.</summary>
    private string Unfit(Snapshot snapshot)
    {
        (string Name, PickledList Vectors)? there = Vectors().Select(entry => ((string, PickledList)?)entry).FirstOrDefault();
        TorchTensor? other = there?.Vectors.Items.Cast<TorchTensor>().FirstOrDefault(vector => snapshot.From(vector) is null);
        return other is null ? ""
            : $" ({Wording.Quote(there!.Value.Name)} has one of {other.Count} numbers of type {other.Type}, and the model has "
                + $"{snapshot.Count} of type {snapshot.Matrices.Type})";
    }

    private IEnumerable<(string Name, PickledList Vectors)> Vectors()
        => from entry in _root?.Entries ?? []
           where entry.Key.Text is not null && entry.Value is PickledList { Items.Count: > 0 } list
               && list.Items.TrueForAll(item => item is TorchTensor { Shape: [_] })
           select (entry.Key.Text, (PickledList)entry.Value!);

    private Covariance? Covariance(Snapshot snapshot, PickledKey? key)
    {
        TorchTensor? u = Of("U", key);
        TorchTensor? d = Of("D", key);
        if (u is null && d is null)
        {
            return null;
        }

        int n = snapshot.Dimension;
        if (u is not { Shape: [int rows, int columns] } || (rows, columns) != (n, n) || d is not ({ Shape: [_] } or { Shape: [_, _] })
            || d.Shape.Any(length => length != n))
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
        => TensorFormatException.AtByte(_file.File, snapshot.Sources.First().Storage.Offset, reason);
}
