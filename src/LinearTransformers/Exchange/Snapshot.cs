using System.Runtime.InteropServices;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Exchange;

/// <summary>The parameters at one moment, in the tensors of a file.</summary>
/// <param name="Matrices">allparam [layers, heads, 2, m, m].</param>
/// <param name="Network">The network's weights and biases [hidden, d], [hidden], [d, hidden], [d], with m = d + 1; null for the linear
/// transformer.</param>
internal sealed record Snapshot(TorchTensor Matrices, TorchTensor[]? Network)
{
    private const string MatricesName = "allparam";
    private static readonly string[] NetworkNames = ["0.weight", "0.bias", "2.weight", "2.bias"];

    public int Dimension => Network is null ? Matrices.Shape[^1] : Matrices.Shape[^1] - 1;

    public bool IsDouble => Matrices.Type is ElementType.F64;

    public IEnumerable<TorchTensor> Arrays => Network is null ? [Matrices] : [Matrices, .. Network];

    /// <summary>Its arrays in the order in which the model has them, as it stands in its state_dict.</summary>
    private TorchTensor[]? Order { get; init; }

    /// <summary>A vector of all numbers, which then stand there rather than in the arrays: these give the sizes.</summary>
    private TorchTensor? Vector { get; init; }

    /// <summary>Numbers in all.</summary>
    public int Count => Arrays.Sum(array => array.Count);

    /// <summary>
    /// A tensor allparam, or a state_dict of it alone or with its network; null for anything else, such as a model that has more.
    /// </summary>
    public static Snapshot? Of(object? value) => value switch
    {
        TorchTensor tensor => AreMatrices(tensor) ? new Snapshot(tensor, null) : null,
        PickledDictionary entries
            => Find(entries, MatricesName) is { } matrices && AreMatrices(matrices) && With(matrices, entries) is { } snapshot
                && snapshot.Arrays.Count() == entries.Entries.Count
            ? snapshot with { Order = [.. entries.Entries.Select(entry => (TorchTensor)entry.Value!)] }
            : null,
        _ => null,
    };

    /// <summary>Matrices together with the state_dict of the network that goes with them; null if they do not go together.</summary>
    public static Snapshot? Of(object? matrices, object? network)
        => matrices is TorchTensor tensor && AreMatrices(tensor) && network is PickledDictionary entries
            && With(tensor, entries) is { Network: not null } both ? both : null;

    /// <summary>Whether another has the same arrays, of the same sizes and type.</summary>
    public bool IsLike(Snapshot other)
        => (Network is null) == (other.Network is null)
            && Arrays.Zip(other.Arrays)
                .All(pair => pair.First.Type == pair.Second.Type && pair.First.Shape.AsSpan().SequenceEqual(pair.Second.Shape.AsSpan()));

    /// <summary>
    /// The same arrays with the numbers of a vector, which has them one after another in the model's order; null if it is not as long, or
    /// of another type.
    /// </summary>
    public Snapshot? From(TorchTensor vector)
        => vector.Shape.Length == 1 && vector.Count == Count && vector.Type == Matrices.Type ? this with { Vector = vector } : null;

    /// <summary>The tensors that its numbers stand in.</summary>
    public IEnumerable<TorchTensor> Sources => Vector is null ? Arrays : [Vector];

    /// <summary>All numbers: those of the matrices, then those of the network.</summary>
    public T[] Values<T>()
        where T : unmanaged
    {
        if (Vector is null)
        {
            return [.. Arrays.SelectMany(array => array.Values<T>())];
        }

        T[] all = Vector.Values<T>();
        Dictionary<TorchTensor, int> begins = new(ReferenceEqualityComparer.Instance);
        int begin = 0;
        foreach (TorchTensor array in Order ?? Arrays)
        {
            begins.TryAdd(array, begin);
            begin += array.Count;
        }

        return [.. Arrays.SelectMany(array => all[begins[array]..(begins[array] + array.Count)])];
    }

    /// <summary>Whether another of the same shapes and type has the same numbers, bit by bit.</summary>
    public bool IsEqualTo(Snapshot other) => IsDouble
        ? MemoryMarshal.AsBytes<double>(Values<double>()).SequenceEqual(MemoryMarshal.AsBytes<double>(other.Values<double>()))
        : MemoryMarshal.AsBytes<float>(Values<float>()).SequenceEqual(MemoryMarshal.AsBytes<float>(other.Values<float>()));

    private static bool AreMatrices(TorchTensor tensor)
        => tensor.Type is ElementType.F32 or ElementType.F64
            && tensor.Shape is [>= 1, >= 1, 2, >= 1 and int rows, int columns] && rows == columns;

    private static Snapshot With(TorchTensor matrices, PickledDictionary entries)
    {
        TorchTensor?[] network = [.. NetworkNames.Select(name => Find(entries, name))];
        int d = matrices.Shape[^1] - 1;
        bool fits = d >= 1
            && network is [{ Shape: [int hidden, int inputs] }, { Shape: [int biases] }, { Shape: [int outputs, int units] },
            { Shape: [int ends] }]
            && hidden >= 1 && (biases, units) == (hidden, hidden) && (inputs, outputs, ends) == (d, d, d)
            && network.All(array => array!.Type == matrices.Type);
        return new Snapshot(matrices, fits ? [.. network.Select(array => array!)] : null);
    }

    /// <summary>The tensor of that name, or of that name within a part of the module.</summary>
    private static TorchTensor? Find(PickledDictionary entries, string name)
        => entries.Entries.FirstOrDefault(
            entry => entry.Key.Text is { } text
                && (text == name || text.EndsWith("." + name, StringComparison.Ordinal))).Value as TorchTensor;
}
