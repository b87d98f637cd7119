namespace LinearTransformers.Shapes;

/// <summary>How a model's parameters lie one after another: named arrays, row-major.</summary>
public sealed class ParameterLayout
{
    /// <summary>A layout of arrays in this order.</summary>
    public ParameterLayout(params IReadOnlyList<ParameterArray> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        Arrays = arrays;
        Count = arrays.Sum(array => array.Count);
    }

    /// <summary>The arrays.</summary>
    public IReadOnlyList<ParameterArray> Arrays { get; }

    /// <summary>Parameters in all.</summary>
    public int Count { get; }
}

/// <summary>One array of parameters.</summary>
/// <param name="Name">Its published name.</param>
/// <param name="Sizes">Its sizes.</param>
public sealed record ParameterArray(string Name, IReadOnlyList<int> Sizes)
{
    /// <summary>Its entries.</summary>
    public int Count => Sizes.Aggregate(1, (product, size) => checked(product * size));
}
