using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Tasks;

namespace LinearTransformers.Tests.Reference;

/// <summary>One prompt as a formula of a baseline takes it, and what is known of all.</summary>
/// <param name="X">The examples, [N, d].</param>
/// <param name="Y">Their labels.</param>
/// <param name="Query">x_q.</param>
/// <param name="Deviation">σ.</param>
/// <param name="Covariance">Σ.</param>
/// <param name="TaskRoot">T with Ψ = T Tᵀ.</param>
internal sealed record ExamplePrompt(
    double[,] X, double[] Y, double[] Query, double Deviation, double[,] Covariance, double[,] TaskRoot)
{
    /// <summary>Ψ.</summary>
    public double[,] TaskCovariance => Dense.Multiply(TaskRoot, Dense.Transpose(TaskRoot));

    /// <summary>w_j = T ω_j, [M, d].</summary>
    public double[,] Pool(PoolTasks pool)
    {
        int d = Query.Length;
        ReadOnlySpan<float> vectors = pool.Vectors(d);
        double[,] standard = new double[pool.Count, d];
        for (int i = 0; i < standard.Length; i++)
        {
            standard[i / d, i % d] = vectors[i];
        }

        return Dense.Multiply(standard, Dense.Transpose(TaskRoot));
    }

    /// <summary>wᵀx_q after 1, 2, … steps.</summary>
    public double[] Predictions(int steps, Func<int, double[]> weights)
        => Predictions([.. Enumerable.Range(1, steps).Select(weights)]);

    /// <summary>wᵀx_q of each w.</summary>
    public double[] Predictions(double[][] weights) => [.. weights.Select(w => TokenRegression.Dot(w, Query))];

    /// <summary>Ridge regression, the same after any number of steps.</summary>
    public double[] Ridge(double penalty, int steps)
        => [.. Enumerable.Repeat(TokenRegression.Dot(TokenRegression.Ridge(X, Y, penalty, TaskCovariance), Query), steps)];

    /// <summary>
    /// Least squares: with N &lt; d the dual solution has the least norm of all w that fit; otherwise there is one.
    /// </summary>
    public double[] LeastSquares(int steps)
        => Y.Length < Query.Length
            ? Ridge(0, steps)
            : [.. Enumerable.Repeat(TokenRegression.Dot(TokenRegression.Krylov(X, Y, Query.Length)[^1], Query), steps)];
}

/// <summary>Prompts of a batch, given by their tokens, and what is known of them.</summary>
/// <param name="z">Z, [B, N + 1, d + 1].</param>
/// <param name="y">Labels of queries, [B].</param>
/// <param name="deviations">σ of each prompt, [B].</param>
/// <param name="root">C with Σ = C Cᵀ.</param>
/// <param name="taskRoot">T with Ψ = T Tᵀ.</param>
internal sealed class ExamplePrompts(double[] z, double[] y, double[] deviations, double[,] root, double[,] taskRoot)
{
    /// <summary>Those of a problem, with its covariance Σ and tasks of Σ⁻¹, or with both the identity.</summary>
    public static ExamplePrompts Of(RegressionProblem problem, Covariance? covariance)
        => new(
            problem.Z, problem.Y, problem.Deviations, Root(covariance, problem.Dimension, isInverse: false),
            Root(covariance, problem.Dimension, isInverse: true));

    /// <summary>U D or U D⁻¹.</summary>
    public static double[,] Root(Covariance? covariance, int d, bool isInverse)
    {
        double[,] root = Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]);
        for (int i = 0; covariance is not null && i < d * d; i++)
        {
            double scale = covariance.D[i % d];
            root[i / d, i % d] = covariance.U[i] * (isInverse ? 1 / scale : scale);
        }

        return root;
    }

    /// <summary>(ŷ_k − y_q)² for each prompt and each of several predictions ŷ_k.</summary>
    public double[][] Errors(Func<ExamplePrompt, double[]> predict)
    {
        double[,] sigma = Dense.Multiply(root, Dense.Transpose(root));
        return TokenRegression.Errors(
            z, y, root.GetLength(0), (x, labels, query, b) => predict(new ExamplePrompt(x, labels, query, deviations[b], sigma, taskRoot)));
    }
}
