using System.Runtime.CompilerServices;
using LinearTransformers.Prompts.Laws;

namespace LinearTransformers.Prompts.Sources;

/// <summary>Makes vectors of their entries and factors.</summary>
internal static unsafe class Shaping
{
    /// <summary>Shapes the vectors of some prompts, in place.</summary>
    /// <param name="law">Their law.</param>
    /// <param name="prompts">How many prompts.</param>
    /// <param name="vectors">Vectors of each.</param>
    /// <param name="dimension">d.</param>
    /// <param name="entries">[vectors, d] for each prompt.</param>
    /// <param name="stride">From one prompt's entries to the next one's.</param>
    /// <param name="factors">[vectors, number of factors] for each prompt.</param>
    /// <param name="factorStride">From one prompt's factors to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Shape(
        VectorLaw law, int prompts, int vectors, int dimension, float* entries, int stride, float* factors, int factorStride)
    {
        int count = vectors * law.FactorCount;
        for (int p = 0; p < prompts; p++, entries += stride, factors += factorStride)
        {
            law.ShapeAll(new Span<float>(entries, vectors * dimension), new ReadOnlySpan<float>(factors, count), dimension);
        }
    }
}
