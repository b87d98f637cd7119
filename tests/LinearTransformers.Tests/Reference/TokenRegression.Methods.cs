namespace LinearTransformers.Tests.Reference;

/// <content>Methods beyond descent on w and regression.</content>
internal static partial class TokenRegression
{
    /// <summary>(1/(N − d)) Σ (y_i − ŵᵀx_i)², residual by residual, ŵ by the normal equations.</summary>
    public static double NoiseVariance(double[,] x, double[] y)
    {
        double[] w = Solve(Dense.Multiply(Dense.Transpose(x), x), Times(Dense.Transpose(x), y));
        return y.Zip(Times(x, w), (label, fitted) => (label - fitted) * (label - fitted)).Sum() / (y.Length - x.GetLength(1));
    }

    /// <summary>
    /// X_k g after each step of X ← X (2 I − G X) from X = (c/λ²) G, matrix by matrix, with λ by the power method.
    /// </summary>
    public static double[][] Newton(double[,] x, double[] y, double start, int steps)
    {
        int d = x.GetLength(1);
        double[] ones = [.. Enumerable.Repeat(1.0, d)];
        double[,] gram = Dense.Multiply(Dense.Multiply(Dense.Transpose(x), x), Dense.Scaled(1.0 / y.Length, ones));
        double[] along = [.. Enumerable.Range(0, d).Select(i => 1 + (0.1 * i))];
        double largest = 0;
        for (int i = 0; i < 20_000; i++)
        {
            along = Times(gram, along);
            largest = Math.Sqrt(Dot(along, along));
            along = [.. along.Select(entry => entry / largest)];
        }

        double[,] inverse = Dense.Multiply(gram, Dense.Scaled(start / largest / largest, ones));
        double[][] path = new double[steps][];
        for (int k = 0; k < steps; k++)
        {
            double[,] rest = Dense.Multiply(gram, inverse);
            for (int i = 0; i < rest.Length; i++)
            {
                rest[i / d, i % d] = (i % (d + 1) == 0 ? 2 : 0) - rest[i / d, i % d];
            }

            inverse = Dense.Multiply(inverse, rest);
            path[k] = Times(inverse, Gradient(x, y));
        }

        return path;
    }

    /// <summary>
    /// Chebyshev's polynomials by their zeros: T_k((θ − λ)/δ) is zero at r_j = θ + δ cos((2j − 1)π/2k), and steps of sizes 1/r_j of
    /// gradient descent leave Π (1 − λ/r_j). No recurrence.
    /// </summary>
    public static double[][] Chebyshev(double[,] x, double[] y, double low, double high, int steps)
        => [.. Enumerable.Range(1, steps).Select(k => Descend(
            x, y, [.. Enumerable.Range(1, k).Select(j => 2 / (high + low + ((high - low) * Math.Cos(((2 * j) - 1) * Math.PI / (2 * k)))))],
            null))];

    /// <summary>Σ_j p_j w_j with p_j ∝ exp(−Σ_i (y_i − w_jᵀx_i)²/2σ²), example by example; tasks are [M, d].</summary>
    public static double[] PosteriorMean(double[,] x, double[] y, double[,] tasks, double deviation)
    {
        double[] squares = [.. Enumerable.Range(0, tasks.GetLength(0)).Select(j => Enumerable.Range(0, y.Length).Sum(
            n => Math.Pow(y[n] - Enumerable.Range(0, x.GetLength(1)).Sum(i => tasks[j, i] * x[n, i]), 2)))];
        double[] likelihoods = [.. squares.Select(square => Math.Exp((squares.Min() - square) / (2 * deviation * deviation)))];
        return [.. Times(Dense.Transpose(tasks), likelihoods).Select(entry => entry / likelihoods.Sum())];
    }

    /// <summary>
    /// Minus the query's entry after each layer of GD++, token by token: v = a S (1/N) Σ x_i y_i with S = Σ⁻¹, y ← y + xᵀv for all tokens,
    /// the query's from 0, then x ← x + a b (1/N) Σ x_i x_iᵀ S x.
    /// </summary>
    public static double[] PlusPlus(double[,] x, double[] y, double[] query, double[] scales, double[,] inverseCovariance)
    {
        int d = x.GetLength(1);
        double[,] tokens = (double[,])x.Clone();
        double[] labels = [.. y];
        double[] q = [.. query];
        double entry = 0;
        List<double> predictions = [];
        for (int k = 0; k < scales.Length; k += 2)
        {
            double[] v = [.. Times(inverseCovariance, Gradient(tokens, labels)).Select(g => scales[k] * g)];
            entry += Dot(q, v);
            predictions.Add(-entry);
            double[] change = Times(tokens, v);
            labels = [.. labels.Zip(change, (label, by) => label + by)];
            if (k + 1 < scales.Length)
            {
                double[,] old = (double[,])tokens.Clone();
                q = Moved(q);
                for (int n = 0; n < y.Length; n++)
                {
                    double[] moved = Moved([.. Enumerable.Range(0, d).Select(i => old[n, i])]);
                    for (int i = 0; i < d; i++)
                    {
                        tokens[n, i] = moved[i];
                    }
                }

                double[] Moved(double[] token)
                {
                    double[] along = Gradient(old, Times(old, Times(inverseCovariance, token)));
                    return [.. token.Zip(along, (t, a) => t + (scales[k] * scales[k + 1] * a))];
                }
            }
        }

        return [.. predictions];
    }
}
