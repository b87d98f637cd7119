using System.Runtime.CompilerServices;

namespace LinearTransformers.Theory;

/// <summary>s = E σ², the mean square of the noise on the labels of the examples; the query's label has none.</summary>
internal static class NoiseVariance
{
    /// <exception cref="ArgumentOutOfRangeException">s is negative or not finite.</exception>
    public static void Check(double noiseVariance, [CallerArgumentExpression(nameof(noiseVariance))] string? name = null)
    {
        if (!(noiseVariance >= 0) || !double.IsFinite(noiseVariance))
            throw new ArgumentOutOfRangeException(name, noiseVariance, $"{name} is {noiseVariance}: it must be at least 0 and finite.");
    }
}
