using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Exchange;

/// <summary>The parameters at one moment, in the tensors of a file.</summary>
/// <param name="Matrices">allparam [layers, heads, 2, m, m].</param>
/// <param name="Network">The network's weights and biases [hidden, d], [hidden], [d, hidden], [d], with m = d + 1; null for the linear transformer.</param>
internal sealed record Snapshot(TorchTensor Matrices, TorchTensor[]? Network)
{
    private const string MatricesName = "allparam";
    private static readonly string[] NetworkNames = ["0.weight", "0.bias", "2.weight", "2.bias"];

    public int Dimension => Network is null ? Matrices.Shape[^1] : Matrices.Shape[^1] - 1;

    public bool IsDouble => Matrices.Type is ElementType.F64;

    public IEnumerable<TorchTensor> Arrays => Network is null ? [Matrices] : [Matrices, .. Network];

    /// <summary>A tensor allparam, or a module's state_dict with one; null for anything else.</summary>
    public static Snapshot? Of(object? value) => value switch
    {
        TorchTensor tensor => AreMatrices(tensor) ? new Snapshot(tensor, null) : null,
        PickledDictionary entries => Find(entries, MatricesName) is { } matrices && AreMatrices(matrices) ? With(matrices, entries) : null,
        _ => null,
    };

    /// <summary>Matrices together with the state_dict of the network that goes with them; null if they do not go together.</summary>
    public static Snapshot? Of(object? matrices, object? network)
        => matrices is TorchTensor tensor && AreMatrices(tensor) && network is PickledDictionary entries && With(tensor, entries) is { Network: not null } both ? both : null;

    /// <summary>Whether another has the same arrays, of the same sizes and type.</summary>
    public bool IsLike(Snapshot other)
        => (Network is null) == (other.Network is null)
            && Arrays.Zip(other.Arrays).All(pair => pair.First.Type == pair.Second.Type && pair.First.Shape.AsSpan().SequenceEqual(pair.Second.Shape.AsSpan()));

    private static bool AreMatrices(TorchTensor tensor)
        => tensor.Type is ElementType.F32 or ElementType.F64
            && tensor.Shape is [>= 1, >= 1, 2, >= 1 and int rows, int columns] && rows == columns;

    private static Snapshot With(TorchTensor matrices, PickledDictionary entries)
    {
        TorchTensor?[] network = [.. NetworkNames.Select(name => Find(entries, name))];
        int d = matrices.Shape[^1] - 1;
        bool fits = d >= 1
            && network is [{ Shape: [int hidden, int inputs] }, { Shape: [int biases] }, { Shape: [int outputs, int units] }, { Shape: [int ends] }]
            && hidden >= 1 && (biases, units) == (hidden, hidden) && (inputs, outputs, ends) == (d, d, d)
            && network.All(array => array!.Type == matrices.Type);
        return new Snapshot(matrices, fits ? [.. network.Select(array => array!)] : null);
    }

    /// <summary>The tensor of that name, or of that name within a part of the module.</summary>
    private static TorchTensor? Find(PickledDictionary entries, string name)
        => entries.Entries.FirstOrDefault(entry => entry.Key.Text is { } text && (text == name || text.EndsWith("." + name, StringComparison.Ordinal))).Value as TorchTensor;
}
