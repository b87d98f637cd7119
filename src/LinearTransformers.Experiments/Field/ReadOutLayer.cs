namespace LinearTransformers.Experiments.Field;

/// <summary>
/// One layer solved in closed form: ŷ = x_qᵀ Γ h, Γ the least-squares solution of least norm on given prompts. With fewer prompts than
/// entries Γ = Σ_n c_n x_n h_nᵀ with K c = y and K_nm = (x_nᵀ x_m)(h_nᵀ h_m); with more, the normal equations.
/// </summary>
internal static class ReadOutLayer
{
    /// <summary>Prompts and entries of a tile of the normal equations, so that a tile stays in a core's cache.</summary>
    private const int PromptTile = 512;
    private const int EntryTile = 32;

    /// <summary>Γ, row by row, as many rows as queries have entries.</summary>
    /// <param name="features">h of each prompt.</param>
    /// <param name="queries">x_q of each prompt.</param>
    /// <param name="labels">y_q.</param>
    public static double[] Fit(double[][] features, double[][] queries, double[] labels)
    {
        int unknowns = features[0].Length * queries[0].Length;
        return labels.Length < unknowns ? OfLeastNorm(features, queries, labels) : OfNormalEquations(features, queries, labels);
    }

    private static double[] OfLeastNorm(double[][] features, double[][] queries, double[] labels)
    {
        int f = features[0].Length;
        int d = queries[0].Length;
        double[][] rows = new double[labels.Length][];
        for (int n = 0; n < rows.Length; n++)
        {
            rows[n] = new double[n + 1];
            for (int m = 0; m <= n; m++)
            {
                rows[n][m] = DenseSolver.Dot(queries[n], queries[m], d) * DenseSolver.Dot(features[n], features[m], f);
            }
        }

        double[] c = DenseSolver.SolvePositive(rows, labels, threads: 1);
        double[] gamma = new double[d * f];
        for (int n = 0; n < c.Length; n++)
        {
            for (int i = 0; i < gamma.Length; i++)
            {
                gamma[i] += c[n] * queries[n][i / f] * features[n][i % f];
            }
        }

        return gamma;
    }

    private static double[] OfNormalEquations(double[][] features, double[][] queries, double[] labels)
    {
        int f = features[0].Length;
        int count = f * queries[0].Length;
        double[][] rows = [.. Enumerable.Range(0, count).Select(i => new double[i + 1])];
        double[] right = new double[count];
        double[][] columns = [.. Enumerable.Range(0, count).Select(_ => new double[PromptTile])];
        for (int begin = 0; begin < labels.Length; begin += PromptTile)
        {
            int these = Math.Min(PromptTile, labels.Length - begin);
            for (int i = 0; i < count; i++)
            {
                for (int n = 0; n < these; n++)
                {
                    columns[i][n] = queries[begin + n][i / f] * features[begin + n][i % f];
                    right[i] += labels[begin + n] * columns[i][n];
                }
            }

            for (int first = 0; first < count; first += EntryTile)
            {
                for (int i = first; i < count; i++)
                {
                    int last = Math.Min(i, first + EntryTile - 1);
                    for (int j = first; j <= last; j++)
                    {
                        rows[i][j] += DenseSolver.Dot(columns[i], columns[j], these);
                    }
                }
            }
        }

        return DenseSolver.SolvePositive(rows, right, threads: 1);
    }
}
