using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>Refuses what does not fit a model.</summary>
internal static class KernelArguments
{
    public static void Check<T>(LinearTransformerShape shape, ReadOnlySpan<T> parameters, GramStatistics<T> statistics)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        if (parameters.Length != shape.ParameterCount)
        {
            throw new ArgumentException($"{parameters.Length} parameters do not fit a model of {shape.ParameterCount}", nameof(parameters));
        }

        if (statistics.Dimension != shape.Dimension)
        {
            throw new ArgumentException(
                $"prompts of dimension {statistics.Dimension} do not fit a model of dimension {shape.Dimension}", nameof(statistics));
        }
    }

    public static void CheckGradient<T>(LinearTransformerShape shape, Span<T> gradient)
    {
        if (gradient.Length != shape.ParameterCount)
        {
            throw new ArgumentException(
                $"a gradient of {gradient.Length} entries does not fit {shape.ParameterCount} parameters", nameof(gradient));
        }
    }
}
