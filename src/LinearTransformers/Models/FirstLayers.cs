using LinearTransformers.Shapes;

namespace LinearTransformers.Models;

/// <summary>The parameters of a model's first layers.</summary>
internal static class FirstLayers
{
    /// <summary>
    /// Of each array the first entries, as many as there are with fewer layers: arrays have layers as their first axis, or all layers
    /// share them.
    /// </summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="whole">How they lie.</param>
    /// <param name="first">How those of the first layers lie.</param>
    public static T[] Of<T>(ReadOnlySpan<T> parameters, ParameterLayout whole, ParameterLayout first)
    {
        T[] cut = new T[first.Count];
        int from = 0;
        int to = 0;
        foreach ((ParameterArray all, ParameterArray some) in whole.Arrays.Zip(first.Arrays))
        {
            parameters.Slice(from, some.Count).CopyTo(cut.AsSpan(to));
            from += all.Count;
            to += some.Count;
        }

        return cut;
    }
}
