using System.Numerics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>Derivatives of residuals with respect to the query, by residuals in dual numbers.</summary>
internal static class DualResiduals
{
    /// <summary>Fills in residuals whose tangents are derivatives with respect to one entry of the query.</summary>
    /// <param name="axis">Which entry, from 0 to d − 1.</param>
    /// <param name="residuals">[B].</param>
    public delegate void Along<T>(int axis, Span<Dual<T>> residuals)
        where T : unmanaged;

    /// <summary>∂(y_q − ŷ)/∂x_q at a fixed label: minus the sensitivity ∂ŷ/∂x_q.</summary>
    /// <param name="prompts">B.</param>
    /// <param name="dimension">d.</param>
    /// <param name="along">Gives the residuals.</param>
    /// <param name="slopes">Receives the derivatives, [B, d].</param>
    public static void QuerySlopes<T>(int prompts, int dimension, Along<T> along, Span<T> slopes)
        where T : unmanaged
    {
        Dual<T>[] residuals = new Dual<T>[prompts];
        for (int i = 0; i < dimension; i++)
        {
            along(i, residuals);
            for (int prompt = 0; prompt < prompts; prompt++)
            {
                slopes[(prompt * dimension) + i] = residuals[prompt].Tangent;
            }
        }
    }

    /// <summary>Changes the sign of numbers.</summary>
    public static void Negate<T>(Span<T> numbers)
        where T : unmanaged, INumberBase<T>
    {
        foreach (ref T number in numbers)
        {
            number = -number;
        }
    }
}
