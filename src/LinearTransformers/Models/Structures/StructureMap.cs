using System.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>The map from a model's parameters to the matrices of all its layers, head by head.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class StructureMap<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly ParameterStructure _structure;
    private readonly ModelSizes _sizes;
    private readonly int _heads;
    private readonly bool _isTied;
    private readonly int[] _counts;
    private readonly int _entriesOfHead;
    private readonly T[] _parameters;
    private readonly T[] _direction;
    private readonly T[] _gradient;

    /// <param name="structure">What a head's parameters are.</param>
    /// <param name="sizes">The model's sizes.</param>
    /// <param name="isTied">Whether all layers have the same.</param>
    public StructureMap(ParameterStructure structure, ModelSizes sizes, bool isTied)
    {
        int size = structure.IsFull ? sizes.Dimension + 1 : sizes.Dimension;
        int count = (int)structure.CountOfHead(sizes.Dimension);
        (_structure, _sizes, _isTied) = (structure, sizes, isTied);
        _heads = sizes.Layers * sizes.Heads;
        _counts = [.. structure.ArraysOfHead(sizes.Dimension).Select(array => array.Count)];
        _entriesOfHead = 2 * size * size;
        _parameters = new T[count];
        _direction = new T[count];
        _gradient = new T[count];
    }

    /// <summary>Entries of all matrices.</summary>
    public int MatrixCount => _heads * _entriesOfHead;

    /// <summary>The matrices.</summary>
    public void Expand(ReadOnlySpan<T> parameters, Span<T> matrices)
    {
        matrices.Clear();
        for (int i = 0; i < _heads; i++)
        {
            Gather(i, parameters, _parameters);
            _structure.Expand(_parameters, OfHead(matrices, i), _sizes.Dimension);
        }
    }

    /// <summary>How the matrices change along a direction.</summary>
    public void ExpandAlong(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> matrices)
    {
        matrices.Clear();
        for (int i = 0; i < _heads; i++)
        {
            Gather(i, parameters, _parameters);
            Gather(i, direction, _direction);
            _structure.ExpandAlong(_parameters, _direction, OfHead(matrices, i), _sizes.Dimension);
        }
    }

    /// <summary>From the gradient of the matrices to that of the parameters. Layers add up in their order.</summary>
    public void Collapse(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient)
    {
        gradient.Clear();
        for (int i = 0; i < _heads; i++)
        {
            Gather(i, parameters, _parameters);
            Gather(i, gradient, _gradient);
            _structure.Collapse(_parameters, OfHead(matrices, i), _gradient, _sizes.Dimension);
            Scatter(i, _gradient, gradient);
        }
    }

    /// <summary>Adds to the change of the parameters' gradient along a direction what comes of the map's own change.</summary>
    public void CollapseAlong(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, ReadOnlySpan<T> matrices, Span<T> change)
    {
        for (int i = 0; i < _heads; i++)
        {
            Gather(i, parameters, _parameters);
            Gather(i, direction, _direction);
            Gather(i, change, _gradient);
            _structure.CollapseAlong(_parameters, _direction, OfHead(matrices, i), _gradient, _sizes.Dimension);
            Scatter(i, _gradient, change);
        }
    }

    /// <summary>Sets the parameters that P̂ is made of to zero.</summary>
    public void ZeroP(Span<T> parameters)
    {
        for (int i = 0; i < _heads; i++)
        {
            Gather(i, parameters, _parameters);
            _parameters.AsSpan(0, _structure.CountOfP(_sizes.Dimension)).Clear();
            Scatter(i, _parameters, parameters);
        }
    }

    private Span<T> OfHead(Span<T> matrices, int head) => matrices.Slice(head * _entriesOfHead, _entriesOfHead);

    private ReadOnlySpan<T> OfHead(ReadOnlySpan<T> matrices, int head) => matrices.Slice(head * _entriesOfHead, _entriesOfHead);

    /// <summary>A head's parameters, which lie in several arrays, one array's behind the other's.</summary>
    private void Gather(int head, ReadOnlySpan<T> all, Span<T> ofHead)
    {
        foreach (int count in _counts)
        {
            all.Slice(PlaceOf(head) * count, count).CopyTo(ofHead);
            ofHead = ofHead[count..];
            all = all[(PlacesOfArray * count)..];
        }
    }

    private void Scatter(int head, ReadOnlySpan<T> ofHead, Span<T> all)
    {
        foreach (int count in _counts)
        {
            ofHead[..count].CopyTo(all.Slice(PlaceOf(head) * count, count));
            ofHead = ofHead[count..];
            all = all[(PlacesOfArray * count)..];
        }
    }

    private int PlacesOfArray => _isTied ? _sizes.Heads : _heads;

    private int PlaceOf(int head) => _isTied ? head % _sizes.Heads : head;
}
