using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// The covariance of the task vector in coordinates in which tasks are standard normal: with Ψ = R Rᵀ and w = R ω,
/// ω ~ N(0,I), a label is (Rᵀx)ᵀω, and Rᵀx ~ N(0,T), T = RᵀΛR. Its eigenvalues are those of ΛΨ.
/// </summary>
internal static class TaskSignal
{
    /// <summary>R and T, both d×d.</summary>
    /// <exception cref="ArgumentException">A matrix is no covariance, or they differ in size.</exception>
    public static (double[,] Root, double[,] Signal) Of(double[,] covariance, double[,] taskCovariance)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        int d = covariance.GetLength(0);
        double[,] factor = MatrixCheck.Covariance(covariance, d);
        double[,] root = MatrixCheck.Covariance(taskCovariance, d);
        double[,] half = SmallMatrix.Multiply(SmallMatrix.Transpose(factor), root);
        return (root, SmallMatrix.Multiply(SmallMatrix.Transpose(half), half));
    }
}
