using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// The Bayes predictor of a pool of M tasks, each as likely as another, with normal noise of known σ on the labels of the
/// examples; and its loss for x ~ N(0,Λ), averaged over a sample of prompts.
/// </summary>
/// <remarks>
/// <para>Given the examples task j has the probability p_j, and the best prediction is x_qᵀŵ with the posterior mean ŵ:</para>
/// <code>
/// p_j ∝ exp( −Σ_i (y_i − w_jᵀx_i)² / 2σ² ) ,    ŵ = Σ_j p_j w_j .
/// </code>
/// <para>
/// Its loss is the mean of the posterior variance Σ_j p_j ‖w_j − ŵ‖²_Λ, which varies less over prompts than the squared error. With
/// Λ = C Cᵀ, R from Bartlett's decomposition of the whitened examples, k the prompt's task, and z standard normal, the sums of squares
/// are ‖R Cᵀ(w_k − w_j) + σ z‖² up to what is the same for all j: the cost does not depend on N.
/// </para>
/// </remarks>
public static class TaskPoolBayes
{
    /// <summary>p_j of each task from its sum of squares over the examples.</summary>
    /// <param name="squares">Σ_i (y_i − w_jᵀx_i)² for each j.</param>
    /// <param name="deviation">σ; with 0, its limit, the tasks of the least sum share alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is negative or not finite.</exception>
    /// <exception cref="ArgumentException">There are no tasks.</exception>
    public static double[] Probabilities(ReadOnlySpan<double> squares, double deviation)
    {
        NoiseVariance.Check(deviation);
        if (squares.Length == 0)
            throw new ArgumentException("squares is empty; the pool needs at least one task.", nameof(squares));
        double least = double.PositiveInfinity, sum = 0;
        foreach (double square in squares)
            least = Math.Min(least, square);
        double[] p = new double[squares.Length];
        for (int j = 0; j < p.Length; j++)
        {
            // Divided by σ twice: σ² may underflow. The largest exponent is 0, so the sum is at least 1.
            double excess = squares[j] - least;
            p[j] = excess == 0 ? 1 : Math.Exp(-(excess / deviation / deviation) / 2);
            sum += p[j];
        }

        for (int j = 0; j < p.Length; j++)
            p[j] /= sum;
        return p;
    }

    /// <summary>ŵ, the posterior mean of the task, of one prompt.</summary>
    /// <param name="tasks">w_1 … w_M, M×d.</param>
    /// <param name="covariates">x_1 … x_N, N×d.</param>
    /// <param name="labels">y_1 … y_N.</param>
    /// <param name="deviation">σ.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is negative or not finite.</exception>
    /// <exception cref="ArgumentException">Sizes do not fit, or there are no tasks.</exception>
    public static double[] PosteriorMean(double[,] tasks, double[,] covariates, ReadOnlySpan<double> labels, double deviation)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(covariates);
        (int count, int d, int N) = (tasks.GetLength(0), tasks.GetLength(1), labels.Length);
        if (covariates.GetLength(0) != N || covariates.GetLength(1) != d)
            throw new ArgumentException(
                $"covariates is {covariates.GetLength(0)}×{covariates.GetLength(1)}; {N} labels and tasks of dimension {d} need {N}×{d}.",
                    nameof(covariates));
        double[] squares = new double[count];
        for (int j = 0; j < count; j++)
        {
            for (int i = 0; i < N; i++)
            {
                double rest = labels[i];
                for (int k = 0; k < d; k++)
                    rest -= tasks[j, k] * covariates[i, k];
                squares[j] += rest * rest;
            }
        }

        return Mean(tasks, Probabilities(squares, deviation));
    }

    /// <summary>The loss, averaged over a sample of prompts.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="tasks">w_1 … w_M, M×d.</param>
    /// <param name="covariance">Λ, d×d.</param>
    /// <param name="noise">The law of σ; each prompt's σ is known.</param>
    /// <param name="prompts">The size of the sample, at least 2.</param>
    /// <param name="seed">The seed of the sample; the same seed gives the same bits.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1, or there are fewer than two prompts.</exception>
    /// <exception cref="ArgumentException">Λ is no covariance or does not fit the tasks, or there are no tasks.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static SampledLoss Sampled(
        int contextLength,
        double[,] tasks,
        double[,] covariance,
        NoiseLevels noise,
        int prompts,
        ulong seed,
        CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentOutOfRangeException.ThrowIfLessThan(prompts, 2);
        (int count, int d) = (tasks.GetLength(0), tasks.GetLength(1));
        if (count == 0)
            throw new ArgumentException("tasks is empty; the pool needs at least one task.", nameof(tasks));
        // Rows Cᵀw_j: whitened covariates have these tasks.
        double[,] whitened = SmallMatrix.Multiply(tasks, MatrixCheck.Covariance(covariance, d));
        SampleNumbers numbers = new(seed);
        double[,] factor = new double[Math.Min(contextLength, d), d];
        return SampledLoss.Over(
            prompts,
            () =>
            {
                double deviation = noise.Draw(numbers);
                int task = (int)(numbers.Uniform() * count) % count;
                numbers.Bartlett(contextLength, factor);
                return Variance(whitened, Probabilities(Squares(whitened, task, factor, deviation, numbers), deviation));
            },
            stop);
    }

    /// <summary>‖R (w_k − w_j) + σ z‖² for each j.</summary>
    private static double[] Squares(double[,] tasks, int task, double[,] factor, double deviation, SampleNumbers numbers)
    {
        double[] squares = new double[tasks.GetLength(0)];
        for (int i = 0; i < factor.GetLength(0); i++)
        {
            double noise = deviation * numbers.Normal();
            for (int j = 0; j < squares.Length; j++)
            {
                double rest = noise;
                for (int k = i; k < factor.GetLength(1); k++)
                    rest += factor[i, k] * (tasks[task, k] - tasks[j, k]);
                squares[j] += rest * rest;
            }
        }

        return squares;
    }

    private static double[] Mean(double[,] tasks, double[] probabilities)
    {
        double[] mean = new double[tasks.GetLength(1)];
        for (int j = 0; j < probabilities.Length; j++)
            for (int k = 0; k < mean.Length; k++)
                mean[k] += probabilities[j] * tasks[j, k];
        return mean;
    }

    private static double Variance(double[,] tasks, double[] probabilities)
    {
        double[] mean = Mean(tasks, probabilities);
        double variance = 0;
        for (int j = 0; j < probabilities.Length; j++)
            for (int k = 0; k < mean.Length; k++)
                variance += probabilities[j] * (tasks[j, k] - mean[k]) * (tasks[j, k] - mean[k]);
        return variance;
    }
}
