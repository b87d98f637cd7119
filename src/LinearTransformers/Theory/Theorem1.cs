namespace LinearTransformers.Theory;

/// <summary>The best one-layer linear transformer for a covariance with known eigenvalues.</summary>
/// <param name="Loss">The least expected in-context loss.</param>
/// <param name="QueryEigenvalues">The eigenvalues of Q̂ in the eigenbasis of Σ, one for each of its eigenvalues.</param>
public sealed record Theorem1Optimum(double Loss, IReadOnlyList<double> QueryEigenvalues)
{
    /// <summary>Q̂ = U diag(<see cref="QueryEigenvalues"/>) Uᵀ, d×d.</summary>
    /// <param name="eigenvectors">U, d×d: column i belongs to eigenvalue i of Σ.</param>
    /// <exception cref="ArgumentException">U is not d×d.</exception>
    public double[,] Query(double[,] eigenvectors)
    {
        ArgumentNullException.ThrowIfNull(eigenvectors);
        int d = QueryEigenvalues.Count;
        if (eigenvectors.GetLength(0) != d || eigenvectors.GetLength(1) != d)
            throw new ArgumentException(
                $"U is {eigenvectors.GetLength(0)}×{eigenvectors.GetLength(1)}; {d} eigenvalues need {d}×{d}.", nameof(eigenvectors));
        double[,] query = new double[d, d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                for (int k = 0; k < d; k++)
                    query[i, j] += eigenvectors[i, k] * QueryEigenvalues[k] * eigenvectors[j, k];
        return query;
    }
}

/// <summary>
/// Theorem 1 of [1]: one linear layer, x ~ N(0,Σ), Σ = U diag(λ) Uᵀ, w ~ N(0,I); and the same for any task covariance
/// U diag(ω) Uᵀ with the eigenvectors of Σ, among them w ~ N(0,Σ⁻¹), and with noise on the labels of the examples.
/// <see cref="GeneralOneLayer"/> has matrices that need not commute.
/// </summary>
/// <remarks>
/// <para>
/// The residual of the query is x_qᵀ (I + Q̂ G) w with G the Gram matrix. In the eigenbasis E G = diag(λ) and
/// E G_ij² = λ_i λ_j/N + δ_ij λ_i² (1 + 1/N). Noise of variance s on the labels adds (s/N) Σ to E g gᵀ. So for
/// Q̂ = U diag(q) Uᵀ
/// </para>
/// <code>
/// loss = Σ_i λ_i [ ω_i (1 + 2 q_i λ_i) + q_i² ( ω_i λ_i² (N+1)/N + λ_i τ/N ) ] ,   τ = s + Σ_k ω_k λ_k ,
/// q_i  = −ω_i / ( ω_i λ_i (N+1)/N + τ/N ) ,   least loss = Σ_i ω_i λ_i (1 + q_i λ_i) .
/// </code>
/// <para>
/// With ω = 1 this is Theorem 1: q_i = −1/((N+1)/N·λ_i + (1/N) Σ λ_k). With ω_i = 1/λ_i, q_i = −(N/(N+d+1))/λ_i and the
/// loss is d(d+1)/(N+d+1) for every Σ.
/// </para>
/// </remarks>
public static class Theorem1
{
    /// <summary>The optimum for given eigenvalues of the covariance and of the task covariance.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="eigenvalues">λ, the d positive eigenvalues of Σ.</param>
    /// <param name="taskEigenvalues">ω, positive, in the same order; empty for w ~ N(0,I).</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1, an eigenvalue is not positive, or s is negative or not
    /// finite.</exception>
    /// <exception cref="ArgumentException">There are no eigenvalues, or not as many of the tasks as of Σ.</exception>
    public static Theorem1Optimum Optimum(
        int contextLength, ReadOnlySpan<double> eigenvalues, ReadOnlySpan<double> taskEigenvalues = default, double noiseVariance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        NoiseVariance.Check(noiseVariance);
        int d = eigenvalues.Length;
        if (d == 0)
            throw new ArgumentException("eigenvalues is empty; the covariance needs at least one.", nameof(eigenvalues));
        if (taskEigenvalues.Length != 0 && taskEigenvalues.Length != d)
            throw new ArgumentException(
                $"taskEigenvalues has {taskEigenvalues.Length} entries; {d} eigenvalues need {d} (or none for w ~ N(0,I)).",
                    nameof(taskEigenvalues));

        double[] tasks = taskEigenvalues.ToArray();
        if (tasks.Length == 0)
        {
            tasks = new double[d];
            Array.Fill(tasks, 1);
        }

        double tau = noiseVariance;
        for (int i = 0; i < d; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eigenvalues[i], nameof(eigenvalues));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tasks[i], nameof(taskEigenvalues));
            tau += tasks[i] * eigenvalues[i];
        }

        double N = contextLength, loss = 0;
        double[] query = new double[d];
        for (int i = 0; i < d; i++)
        {
            query[i] = -tasks[i] / (tasks[i] * eigenvalues[i] * (N + 1) / N + tau / N);
            loss += tasks[i] * eigenvalues[i] * (1 + query[i] * eigenvalues[i]);
        }

        return new Theorem1Optimum(loss, query);
    }
}
