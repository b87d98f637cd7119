using System.Globalization;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Exchange;

/// <summary>Tensors of what a file holds beside runs: numbers, lists of numbers, tensors, at any place.</summary>
/// <param name="file">The file.</param>
internal sealed class LooseValues(TorchFile file)
{
    private const int Deepest = 32;
    private const int LongestName = 200;

    /// <summary>What is written may be so many times as long as the file, names included.</summary>
    private const int MostCopies = 16;

    private readonly List<Tensor> _tensors = [];
    private readonly List<string> _leftOut = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _written;

    public IReadOnlyList<Tensor> Tensors => _tensors;

    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Adds a value and all below it.</summary>
    /// <exception cref="TensorFormatException">It is nested too deep, or larger than the file that holds it.</exception>
    public void Add(string name, object? value) => Add(name, value, 0);

    private void Add(string name, object? value, int depth)
    {
        if (depth > Deepest || name.Length > LongestName)
        {
            throw Wrong($"{Wording.Quote(name)} lies too deep; a place has at most {Deepest} steps and {LongestName} characters.");
        }

        switch (value)
        {
            case TorchTensor tensor:
                Keep(tensor.Named(Unique(name, tensor.ByteLength)));
                break;
            case bool truth:
                Keep(Tensor.Scalar(Unique(name, 1), truth ? (byte)1 : (byte)0));
                break;
            case long number:
                Keep(Tensor.Scalar(Unique(name, sizeof(long)), number));
                break;
            case double number:
                Keep(Tensor.Scalar(Unique(name, sizeof(double)), number));
                break;
            case PickledDictionary dictionary when dictionary.Entries.Count > 0:
                foreach ((PickledKey key, object? below) in dictionary.Entries)
                {
                    Add($"{name}.{string.Join('-', key.Parts)}", below, depth + 1);
                }

                break;
            case PickledList { Items: { Count: > 0 } items }:
                AddAll(name, items, depth);
                break;
            case PickledTuple { Items: { Length: > 0 } items }:
                AddAll(name, items, depth);
                break;
            default:
                _leftOut.Add(Unique(name, 0));
                break;
        }
    }

    private void AddAll(string name, IReadOnlyList<object?> items, int depth)
    {
        if (items.All(item => item is long))
        {
            Keep(Tensor.Vector(Unique(name, sizeof(long) * (long)items.Count), items.Select(item => (long)item!).ToArray()));
        }
        else if (items.All(item => item is long or double or TorchTensor { Shape: [] }))
        {
            // A tensor without axes is a number as well.
            Keep(Tensor.Vector(Unique(name, sizeof(double) * (long)items.Count), items.Select(Number).ToArray()));
        }
        else
        {
            for (int i = 0; i < items.Count; i++)
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"{name}.{i}"), items[i], depth + 1);
            }
        }
    }

    private static double Number(object? item) => item switch
    {
        long number => number,
        double number => number,
        _ => ((TorchTensor)item!).ToDoubles()[0],
    };

    private void Keep(Tensor tensor) => _tensors.Add(tensor);

    private string Unique(string name, long bytes)
    {
        _written += bytes + name.Length;
        if (_written > MostCopies * (file.Length + LongestName))
        {
            throw Wrong("it holds the same values again and again; each should be saved once.");
        }

        return _names.Add(name) ? name : throw Wrong($"two of its values would be called {Wording.Quote(name)}.");
    }

    private TensorFormatException Wrong(string reason) => TensorFormatException.AtByte(file.File, 0, reason);
}
