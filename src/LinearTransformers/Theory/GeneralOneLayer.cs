using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>The best one-layer linear transformer for given covariances of covariates and tasks.</summary>
/// <param name="Loss">The least expected in-context loss.</param>
/// <param name="Query">Q̂ = −A*, d×d, symmetric; a copy that may be changed.</param>
public sealed record GeneralOneLayerOptimum(double Loss, double[,] Query);

/// <summary>
/// One linear layer, x ~ N(0,Λ), tasks of any law with E w wᵀ = Ψ, labels of the examples with noise of mean square s:
/// the optimum for any two matrices Λ and Ψ, which need not commute.
/// </summary>
/// <remarks>
/// <para>
/// The layer predicts x_qᵀ A g with A = −Q̂ and g = (1/N) Σ x_i y_i, so the loss is E (w − A g)ᵀ Λ (w − A g). Isserlis'
/// theorem on the examples gives
/// </para>
/// <code>
/// E g wᵀ = Λ Ψ ,    E g gᵀ = [ (N+1)/N ΛΨ + c I ] Λ ,    c = (tr ΛΨ + s)/N ,
/// </code>
/// <para>and the normal equations A E g gᵀ = E w gᵀ</para>
/// <code>
/// A* = Ψ [ (N+1)/N ΛΨ + c I ]⁻¹ ,    least loss = tr ΛΨ − tr(Λ A* ΛΨ) = Σ_i τ_i (τ_i/N + c) / ( (N+1)/N τ_i + c ) ,
/// </code>
/// <para>
/// τ the eigenvalues of ΛΨ. A* is symmetric. Tasks enter by Ψ alone, so tasks on a sphere, sparse ones and those of a
/// pool have the optimum of normal ones; of the noise only s matters, also where each prompt draws its own σ. Ψ = I is
/// Theorem 1 of [1]; Λ = Ψ = I has A* = N/(N+d+1+s) I and the loss d (1 − N/(N+d+1+s)).
/// </para>
/// </remarks>
public static class GeneralOneLayer
{
    /// <summary>The optimum.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="covariance">Λ, d×d, symmetric, without negative eigenvalues.</param>
    /// <param name="taskCovariance">Ψ, likewise.</param>
    /// <param name="noiseVariance">s.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1, or s is negative or not finite.</exception>
    /// <exception cref="ArgumentException">A matrix is no covariance, they differ in size, or ΛΨ = 0, where there is nothing to
    /// predict.</exception>
    public static GeneralOneLayerOptimum Optimum(
        int contextLength, double[,] covariance, double[,] taskCovariance, double noiseVariance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        NoiseVariance.Check(noiseVariance);
        (double[,] root, double[,] signal) = TaskSignal.Of(covariance, taskCovariance);
        int d = root.GetLength(0);
        double trace = 0;
        for (int i = 0; i < d; i++)
            trace += signal[i, i];
        if (trace == 0)
            throw new ArgumentException("ΛΨ is 0; labels must depend on the covariates.", nameof(taskCovariance));

        // With Ψ = R Rᵀ and T = RᵀΛR: A* = R [ (N+1)/N T + c I ]⁻¹ Rᵀ.
        double N = contextLength, c = (trace + noiseVariance) / N;
        double[,] system = new double[d, d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
                system[i, j] = signal[i, j] * (N + 1) / N;
            system[i, i] += c;
        }

        double[,] half = SmallMatrix.Transpose(root);
        Cholesky.SolveLower(Cholesky.Factor(system)!, half);
        double[,] query = SmallMatrix.Multiply(SmallMatrix.Transpose(half), half);
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                query[i, j] = -query[i, j];

        double loss = 0;
        foreach (double eigenvalue in SymmetricEigenvalues.Of(signal))
        {
            double tau = Math.Max(eigenvalue, 0);
            loss += tau * (tau / N + c) / (tau * (N + 1) / N + c);
        }

        return new GeneralOneLayerOptimum(loss, query);
    }
}
