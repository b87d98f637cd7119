namespace LinearTransformers.Tests.Theory;

/// <summary>The model straight from its definition: rows Z = (x, y), Z ← Z + (1/N)(Z Q Zᵀ) M Z Pᵀ for every layer.</summary>
internal static class TokenSpaceReference
{
    /// <summary>The query's residual y_q + wᵀx_q for P = diag(P̂, 1), Q = diag(Q̂, 0); X has the N context rows.</summary>
    public static double Residual(double[,] X, double[] w, double[] query, IReadOnlyList<(double[,] P, double[,] Q)> layers)
    {
        var (N, d) = (X.GetLength(0), X.GetLength(1));
        var Z = new double[N + 1, d + 1];
        for (var j = 0; j < d; j++)
        {
            for (var i = 0; i < N; i++)
            {
                Z[i, j] = X[i, j];
                Z[i, d] += X[i, j] * w[j];
            }

            Z[N, j] = query[j];
        }

        foreach (var (blockP, blockQ) in layers)
        {
            var P = new double[d + 1, d + 1];
            var Q = new double[d + 1, d + 1];
            for (var i = 0; i < d; i++)
            {
                for (var j = 0; j < d; j++)
                {
                    P[i, j] = blockP[i, j];
                    Q[i, j] = blockQ[i, j];
                }
            }

            P[d, d] = 1;
            var masked = (double[,])Z.Clone();
            for (var j = 0; j <= d; j++)
                masked[N, j] = 0;
            var scores = Gaussian.Multiply(Gaussian.Multiply(Z, Q), Gaussian.Transpose(Z));
            var update = Gaussian.Multiply(Gaussian.Multiply(scores, masked), Gaussian.Transpose(P));
            for (var i = 0; i <= N; i++)
                for (var j = 0; j <= d; j++)
                    Z[i, j] += update[i, j] / N;
        }

        var residual = Z[N, d];
        for (var j = 0; j < d; j++)
            residual += w[j] * query[j];
        return residual;
    }

    public static double[,] Scaled(double scale, params double[] diagonal)
    {
        var matrix = new double[diagonal.Length, diagonal.Length];
        for (var i = 0; i < diagonal.Length; i++)
            matrix[i, i] = scale * diagonal[i];
        return matrix;
    }
}
