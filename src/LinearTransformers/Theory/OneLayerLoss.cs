using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// The loss of any linear layer on any prompts with normal covariates: trained at N examples or not at all, tested at M
/// examples x ~ N(0,Λ′), a query x_q ~ N(0,Λ_q), and labels with noise of mean square s.
/// </summary>
/// <remarks>
/// <para>
/// The layer predicts x_qᵀ A g with A = −Q̂ and g = (1/M) Σ x_i y_i. For a task w Isserlis' theorem gives E g = Λ′w and
/// E g gᵀ = (M+1)/M Λ′w wᵀΛ′ + (wᵀΛ′w + s)/M Λ′, so
/// </para>
/// <code>
/// E (x_qᵀ(w − A g))² = ‖(A Λ′ − I) w‖²_Λq + (1/M) [ (wᵀΛ′w + s) tr(A Λ′ Aᵀ Λ_q) + wᵀΛ′ Aᵀ Λ_q A Λ′w ] ,   ‖v‖²_Λq = vᵀΛ_q v .
/// </code>
/// <para>It is linear in w wᵀ: for tasks of any law put E w wᵀ in its place.</para>
/// </remarks>
public static class OneLayerLoss
{
    /// <summary>The expected loss over tasks.</summary>
    /// <param name="contextLength">M, the number of examples tested with.</param>
    /// <param name="query">Q̂, d×d; need not be symmetric.</param>
    /// <param name="covariance">Λ′ of the examples, d×d.</param>
    /// <param name="taskCovariance">Ψ = E w wᵀ, d×d.</param>
    /// <param name="noiseVariance">s.</param>
    /// <param name="queryCovariance">Λ_q of the query; null for Λ′.</param>
    /// <exception cref="ArgumentOutOfRangeException">M is below 1, or s is negative or not finite.</exception>
    /// <exception cref="ArgumentException">A matrix does not fit, or is no covariance.</exception>
    public static double Expected(
        int contextLength,
        double[,] query,
        double[,] covariance,
        double[,] taskCovariance,
        double noiseVariance = 0,
        double[,]? queryCovariance = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        NoiseVariance.Check(noiseVariance);
        ArgumentNullException.ThrowIfNull(query);
        int d = query.GetLength(0);
        MatrixCheck.Square(query, d);
        MatrixCheck.Covariance(covariance, d);
        MatrixCheck.Covariance(taskCovariance, d);
        double[,] queries = queryCovariance ?? covariance;
        MatrixCheck.Covariance(queries, d, nameof(queryCovariance));

        // −A Λ′, and I − A Λ′.
        double[,] mapped = SmallMatrix.Multiply(query, covariance);
        double[,] missed = (double[,])mapped.Clone();
        for (int i = 0; i < d; i++)
            missed[i, i]++;
        double spread = SmallMatrix.TraceOfProduct(SmallMatrix.Multiply(mapped, SmallMatrix.Transpose(query)), queries);
        double signal = SmallMatrix.TraceOfProduct(covariance, taskCovariance);
        return Weighted(missed, taskCovariance, queries)
            + ((signal + noiseVariance) * spread + Weighted(mapped, taskCovariance, queries)) / contextLength;
    }

    /// <summary>The expected loss on one task.</summary>
    /// <param name="contextLength">M, the number of examples tested with.</param>
    /// <param name="query">Q̂, d×d; need not be symmetric.</param>
    /// <param name="covariance">Λ′ of the examples, d×d.</param>
    /// <param name="task">w, d entries.</param>
    /// <param name="noiseVariance">s.</param>
    /// <param name="queryCovariance">Λ_q of the query; null for Λ′.</param>
    /// <exception cref="ArgumentOutOfRangeException">M is below 1, or s is negative or not finite.</exception>
    /// <exception cref="ArgumentException">A matrix or the task does not fit, or a matrix is no covariance.</exception>
    public static double OfTask(
        int contextLength,
        double[,] query,
        double[,] covariance,
        ReadOnlySpan<double> task,
        double noiseVariance = 0,
        double[,]? queryCovariance = null)
    {
        double[,] square = new double[task.Length, task.Length];
        for (int i = 0; i < task.Length; i++)
            for (int j = 0; j < task.Length; j++)
                square[i, j] = task[i] * task[j];
        return Expected(contextLength, query, covariance, square, noiseVariance, queryCovariance);
    }

    /// <summary>tr(B Ψ Bᵀ Λ_q), the mean of ‖B w‖².</summary>
    private static double Weighted(double[,] map, double[,] tasks, double[,] queries)
        => SmallMatrix.TraceOfProduct(SmallMatrix.Multiply(SmallMatrix.Multiply(map, tasks), SmallMatrix.Transpose(map)), queries);
}
