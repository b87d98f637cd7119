namespace LinearTransformers.Theory;

/// <summary>The best constant step size of plain gradient descent.</summary>
/// <param name="Loss">The least expected in-context loss.</param>
/// <param name="StepSize">a: every layer has Q̂ = −a I and P̂ = 0.</param>
public sealed record GradientDescentOptimum(double Loss, double StepSize);

/// <summary>
/// Linear transformers with P̂ = 0 and Q̂_k = −a_k I, that is L steps of plain gradient descent, for x ~ N(0,Σ) and
/// w ~ N(0,Σ⁻¹), or w ~ N(0,Ψ) with the eigenvectors of Σ, and noise of mean square s on the labels of the examples. Unlike
/// its preconditioned sister this depends on the eigenvalues λ of Σ.
/// </summary>
/// <remarks>
/// <para>With G the Gram matrix and p(t) = ∏_k (1 − a_k t) = Σ_i c_i tⁱ the residual of the query is wᵀ p(G) x_q, so</para>
/// <code>
/// loss = E tr( Σ p(G) Σ⁻¹ p(G) ) = Σ_(i,j) c_i c_j M_ij ,   M_ij = E tr( Σ Gⁱ Σ⁻¹ Gʲ ) .
/// </code>
/// <para>
/// In the eigenbasis G = Λ^½ S Λ^½, and M_ij is the word moment [2, 1, …, 1, 0, 1, …, 1] with i−1 and j−1 ones (tr Gʲ if i or j
/// is 0): exact, see <see cref="WishartWordMoments"/>. Another Ψ takes the place of Σ⁻¹. Noise arrives at the estimate of w as
/// (1 − p(G)) G⁻¹ (1/N) Xᵀε, so for i, j ≥ 1 it adds (s/N) E tr( Σ G^(i+j−1) ) to M_ij.
/// </para>
/// </remarks>
public static class GradientDescentFloor
{
    /// <summary>
    /// The largest number of layers: the moments have degree 2L, their cost grows fast with it, and the alternating
    /// sums of the loss have lost four of sixteen digits by then.
    /// </summary>
    public const int MaxLayers = 6;

    private const int GridPoints = 2000;

    /// <summary>The exact expected loss of given step sizes.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="eigenvalues">λ, the d positive eigenvalues of Σ.</param>
    /// <param name="stepSizes">a_0 … a_(L−1).</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <param name="taskEigenvalues">Those of Ψ, positive, in the same order; empty for Σ⁻¹.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, L, s or an eigenvalue is out of range.</exception>
    /// <exception cref="ArgumentException">Ψ has not as many eigenvalues as Σ.</exception>
    public static double Loss(
        int contextLength,
        ReadOnlySpan<double> eigenvalues,
        ReadOnlySpan<double> stepSizes,
        double noiseVariance = 0,
        ReadOnlySpan<double> taskEigenvalues = default)
    {
        double[,] moments = Moments(contextLength, eigenvalues, stepSizes.Length, noiseVariance, taskEigenvalues);
        double[] c = new double[stepSizes.Length + 1];
        c[0] = 1;
        for (int k = 0; k < stepSizes.Length; k++)
            for (int i = k + 1; i > 0; i--)
                c[i] -= stepSizes[k] * c[i - 1];

        double loss = 0;
        for (int i = 0; i < c.Length; i++)
            for (int j = 0; j < c.Length; j++)
                loss += c[i] * c[j] * moments[i, j];
        return loss;
    }

    /// <summary>
    /// The best single step size for all layers. The loss is a polynomial of degree 2L in a; its lowest point on a
    /// logarithmic grid is refined by bisection of the derivative.
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="eigenvalues">λ, the d positive eigenvalues of Σ.</param>
    /// <param name="layers">L, from 1 to <see cref="MaxLayers"/>.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <param name="taskEigenvalues">Those of Ψ, positive, in the same order; empty for Σ⁻¹.</param>
    /// <exception cref="ArgumentOutOfRangeException">N, L, s or an eigenvalue is out of range.</exception>
    /// <exception cref="ArgumentException">Ψ has not as many eigenvalues as Σ.</exception>
    public static GradientDescentOptimum ConstantStepOptimum(
        int contextLength,
        ReadOnlySpan<double> eigenvalues,
        int layers,
        double noiseVariance = 0,
        ReadOnlySpan<double> taskEigenvalues = default)
    {
        double[,] moments = Moments(contextLength, eigenvalues, layers, noiseVariance, taskEigenvalues);
        double[] polynomial = new double[2 * layers + 1];
        for (int i = 0; i <= layers; i++)
            for (int j = 0; j <= layers; j++)
                polynomial[i + j] += Binomial(layers, i) * Binomial(layers, j) * ((i + j) % 2 == 0 ? 1 : -1) * moments[i, j];

        double least = double.PositiveInfinity, greatest = 0, trace = 0;
        foreach (double eigenvalue in eigenvalues)
        {
            least = Math.Min(least, eigenvalue);
            greatest = Math.Max(greatest, eigenvalue);
            trace += eigenvalue;
        }

        // No useful step is shorter than a hundredth of the slowest safe one or longer than ten of the fastest.
        (double from, double to) = (0.01 / (greatest + trace), 10 / least);
        // Noise asks for shorter ones: the best of a single layer is M_01/M_11.
        if (noiseVariance > 0)
            from = Math.Min(from, 0.01 * moments[0, 1] / moments[1, 1] / layers);
        double ratio = Math.Pow(to / from, 1.0 / GridPoints);
        double best = from, bestLoss = double.PositiveInfinity;
        for ((int i, double a) = (0, from); i <= GridPoints; i++, a *= ratio)
        {
            double loss = Evaluate(polynomial, a);
            if (loss < bestLoss)
                (best, bestLoss) = (a, loss);
        }

        (double low, double high) = (best / ratio, best * ratio);
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (Slope(polynomial, middle) < 0)
                low = middle;
            else
                high = middle;
        }

        return new GradientDescentOptimum(Evaluate(polynomial, high), high);
    }

    private static double[,] Moments(
        int contextLength, ReadOnlySpan<double> eigenvalues, int layers, double noiseVariance, ReadOnlySpan<double> taskEigenvalues)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, MaxLayers);
        ArgumentOutOfRangeException.ThrowIfZero(eigenvalues.Length, nameof(eigenvalues));
        foreach (double eigenvalue in eigenvalues)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eigenvalue, nameof(eigenvalues));
        NoiseVariance.Check(noiseVariance);
        if (taskEigenvalues.Length != 0 && taskEigenvalues.Length != eigenvalues.Length)
            throw new ArgumentException(
                $"taskEigenvalues has {taskEigenvalues.Length} entries; {eigenvalues.Length} eigenvalues need as many (or none for Σ⁻¹).",
                    nameof(taskEigenvalues));
        foreach (double eigenvalue in taskEigenvalues)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eigenvalue, nameof(taskEigenvalues));

        WishartWordMoments words = new(contextLength, eigenvalues, taskEigenvalues);
        int task = taskEigenvalues.Length == 0 ? -1 : WishartWordMoments.Second;
        double[,] moments = new double[layers + 1, layers + 1];
        for (int i = 0; i <= layers; i++)
        {
            for (int j = i; j <= layers; j++)
            {
                if (j == 0)
                {
                    moments[0, 0] = words.TracePower(1 + task);
                    continue;
                }

                int[] word = new int[i + j];
                Array.Fill(word, 1);
                word[0] = 2;
                word[i] += task;
                moments[i, j] = moments[j, i] = words.Trace(word);
                if (i > 0 && noiseVariance > 0)
                {
                    moments[i, j] += noiseVariance / contextLength * words.Trace([2, .. Enumerable.Repeat(1, i + j - 2)]);
                    moments[j, i] = moments[i, j];
                }
            }
        }

        return moments;
    }

    private static double Binomial(int n, int k)
    {
        double value = 1;
        for (int i = 1; i <= k; i++)
            value = value * (n - k + i) / i;
        return value;
    }

    private static double Evaluate(double[] polynomial, double a)
    {
        double value = 0;
        for (int i = polynomial.Length - 1; i >= 0; i--)
            value = value * a + polynomial[i];
        return value;
    }

    private static double Slope(double[] polynomial, double a)
    {
        double value = 0;
        for (int i = polynomial.Length - 1; i >= 1; i--)
            value = value * a + i * polynomial[i];
        return value;
    }
}
