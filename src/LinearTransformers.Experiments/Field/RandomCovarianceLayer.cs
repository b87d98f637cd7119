namespace LinearTransformers.Experiments.Field;

/// <summary>
/// The best linear layer where each prompt has a diagonal covariance Λ of its own, its d eigenvalues independent with moments
/// m_k = E λᵏ, and w ~ N(0, I).
/// </summary>
/// <remarks>
/// <para>
/// Signs and order of the coordinates do not matter to the prompts, so the best A is a multiple a of I. For one Λ the loss of
/// a I is the one of <see cref="Theory.OneLayerLoss"/>,
/// </para>
/// <code>
/// tr Λ − 2 a tr Λ² + a² [ (1 + 1/N) tr Λ³ + (1/N) tr Λ tr Λ² ] ,
/// </code>
/// <para>and its mean over Λ is a parabola in a:</para>
/// <code>
/// d m₁ − 2 a d m₂ + a² D ,    D = d m₃ (1 + 2/N) + d (d − 1) m₁ m₂ / N ,    a = d m₂ / D ,    least loss = d m₁ − (d m₂)² / D .
/// </code>
/// <para>
/// With exponential eigenvalues, m_k = k!, the least loss tends to d/3 as N grows: one layer does not learn to invert Λ (Zhang, Frei and
/// Bartlett, <i>Trained transformers learn linear models in-context</i>, section 4.3).
/// </para>
/// </remarks>
internal static class RandomCovarianceLayer
{
    /// <summary>E λᵏ = k! of exponential eigenvalues, k = 1, 2, 3.</summary>
    public static double[] Exponential { get; } = [1, 2, 6];

    /// <summary>a and the least loss.</summary>
    /// <param name="contextLength">N; infinity for its limit.</param>
    /// <param name="dimension">d.</param>
    /// <param name="moments">m₁, m₂, m₃.</param>
    public static (double Step, double Loss) Optimum(double contextLength, int dimension, ReadOnlySpan<double> moments)
    {
        double square = dimension * moments[1];
        double curvature = Curvature(contextLength, dimension, moments);
        return (square / curvature, (dimension * moments[0]) - (square * square / curvature));
    }

    /// <summary>The loss of a I with M examples.</summary>
    /// <param name="contextLength">M.</param>
    /// <param name="dimension">d.</param>
    /// <param name="moments">m₁, m₂, m₃.</param>
    /// <param name="step">a.</param>
    public static double Loss(double contextLength, int dimension, ReadOnlySpan<double> moments, double step)
        => (dimension * moments[0]) - (2 * step * dimension * moments[1])
            + (step * step * Curvature(contextLength, dimension, moments));

    /// <summary>
    /// The limit of many examples of any layer, E tr (AΛ − I)ᵀ Λ (AΛ − I) = d m₁ − 2 m₂ Σ A_ii + m₃ Σ A_ii² + m₁ m₂ Σ_(i≠j) A_ij².
    /// </summary>
    /// <param name="query">−A.</param>
    /// <param name="moments">m₁, m₂, m₃.</param>
    public static double Limit(double[,] query, ReadOnlySpan<double> moments)
    {
        int d = query.GetLength(0);
        double loss = d * moments[0];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                loss += query[i, j] * query[i, j] * (i == j ? moments[2] : moments[0] * moments[1]);
            }

            loss += 2 * moments[1] * query[i, i];
        }

        return loss;
    }

    private static double Curvature(double n, int d, ReadOnlySpan<double> m)
        => (d * m[2] * (1 + (2 / n))) + (d * (d - 1) * m[0] * m[1] / n);
}
