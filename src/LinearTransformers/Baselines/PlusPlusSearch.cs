using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// The search for the scales of GD++ that are best on a batch. In the basis of a prompt's eigenvectors, with z_i = x_i g_i,
/// <code>
/// residual = y_q + Σ_i z_i Σ_k a_k f_ki     f_0i = 1   λ_0i = λ_i     with c_k = a_k b_k and m = 1 + c_k λ_ki
/// f_(k+1)i = f_ki m² (1 + a_k λ_ki)         λ_(k+1)i = λ_ki m²
/// </code>
/// so that a few numbers of each prompt are all it needs, and the derivatives follow line by line.
/// </summary>
/// <remarks>
/// Layers are added one by one. A new one begins at a few scales in its natural unit, one over the largest eigenvalue that it meets in most
/// prompts; from each of these all scales so far are moved by Levenberg–Marquardt steps, on some of the prompts, and at the end on all. The
/// loss is not convex: nothing proves that the minimum is the least one. It never rises with the number of layers.
/// </remarks>
internal sealed class PlusPlusSearch
{
    private const int MostPromptsTried = 1024;
    private const int StepsOfTry = 60;
    private const int MostSteps = 300;
    private const double Ordinary = 0.99;

    private static readonly double[] QueryStarts = [-0.4, -0.9, -1.4];
    private static readonly double[] ValueStarts = [-0.1, -0.4, -0.7, -1];

    private readonly int _dimension;
    private readonly double[] _eigenvalues;
    private readonly double[] _products;
    private readonly double[] _labels;

    private PlusPlusSearch(int prompts, int dimension)
    {
        _dimension = dimension;
        _eigenvalues = new double[prompts * dimension];
        _products = new double[prompts * dimension];
        _labels = new double[prompts];
    }

    private int Prompts => _labels.Length;

    /// <summary>The best scales, a_0, b_0, a_1, …, a_(L−1).</summary>
    /// <param name="statistics">The batch.</param>
    /// <param name="layers">L ≥ 1.</param>
    /// <param name="whitening">W, [d, d], or null for the identity.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <param name="width">Lanes that a kernel takes at a time.</param>
    public static double[] Best<T>(GramStatistics<T> statistics, int layers, double[]? whitening, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
    {
        PlusPlusSearch all = new(statistics.BatchSize, statistics.Dimension);
        BundleLoop.Sums(statistics, 0, new Collectors(all, whitening), team, width);
        PlusPlusSearch some = all.First(MostPromptsTried);
        double[] theta = [];
        for (int count = 1; count <= layers; count++)
        {
            theta = some.WithLayer(theta);
        }

        all.Minimize(theta, MostSteps);
        double[] scales = new double[theta.Length];
        for (int i = 0; i < scales.Length; i++)
        {
            // c = a b, and where a is zero b makes no difference.
            scales[i] = i % 2 == 0 ? theta[i] : theta[i - 1] == 0 ? 0 : theta[i] / theta[i - 1];
        }

        return scales;
    }

    private PlusPlusSearch First(int prompts)
    {
        if (prompts >= Prompts)
        {
            return this;
        }

        PlusPlusSearch some = new(prompts, _dimension);
        Array.Copy(_eigenvalues, some._eigenvalues, some._eigenvalues.Length);
        Array.Copy(_products, some._products, some._products.Length);
        Array.Copy(_labels, some._labels, prompts);
        return some;
    }

    /// <summary>The best θ = (a_0, c_0, a_1, …) found with a layer more than a good θ has.</summary>
    private double[] WithLayer(double[] theta)
    {
        (double Loss, double[] Theta) best = (double.PositiveInfinity, []);
        double unit = 1 / Largest(theta);
        foreach (double value in theta.Length == 0 ? [0] : ValueStarts)
        {
            double[] below = theta.Length == 0 ? [] : [.. theta, value * unit];
            double next = 1 / Largest(below);
            foreach (double query in QueryStarts)
            {
                double[] start = [.. below, query * next];
                double loss = Minimize(start, StepsOfTry);
                if (loss < best.Loss)
                {
                    best = (loss, start);
                }
            }
        }

        if (!double.IsFinite(best.Loss))
        {
            throw new ArithmeticException("GD++ diverges from each of the scales that were tried");
        }

        Minimize(best.Theta, MostSteps);
        return best.Theta;
    }

    private double Minimize(double[] theta, int steps)
    {
        double loss = LevenbergMarquardt.Minimize(Linearize, Prompts, theta, steps);
        return double.IsNaN(loss) ? double.PositiveInfinity : loss;
    }

    /// <summary>The largest eigenvalue that most prompts bring to the layer behind these; 1 where all are zero.</summary>
    private double Largest(double[] theta)
    {
        double[] largest = new double[Prompts];
        for (int i = 0; i < _eigenvalues.Length; i++)
        {
            double lambda = _eigenvalues[i];
            for (int k = 0; k + 1 < theta.Length; k += 2)
            {
                double m = 1 + (theta[k + 1] * lambda);
                lambda *= m * m;
            }

            largest[i / _dimension] = Math.Max(largest[i / _dimension], lambda);
        }

        Array.Sort(largest);
        double most = largest[(int)(Ordinary * (Prompts - 1))];
        return most > 0 ? most : 1;
    }

    /// <summary>Residuals over √B, and their derivatives by θ.</summary>
    private void Linearize(ReadOnlySpan<double> theta, double[] r, double[,] jacobian)
    {
        double share = 1 / Math.Sqrt(Prompts);
        Span<double> df = stackalloc double[theta.Length];
        Span<double> dLambda = stackalloc double[theta.Length];
        Span<double> sum = stackalloc double[theta.Length];
        for (int prompt = 0; prompt < Prompts; prompt++)
        {
            double residual = _labels[prompt];
            sum.Clear();
            for (int i = prompt * _dimension; i < (prompt + 1) * _dimension; i++)
            {
                df.Clear();
                dLambda.Clear();
                double f = 1;
                double lambda = _eigenvalues[i];
                double product = _products[i];
                for (int k = 0; k < theta.Length; k += 2)
                {
                    double a = theta[k];
                    residual += product * a * f;
                    sum[k] += product * f;
                    for (int j = 0; j < k; j++)
                    {
                        sum[j] += product * a * df[j];
                    }

                    if (k + 1 == theta.Length)
                    {
                        break;
                    }

                    double c = theta[k + 1];
                    double m = 1 + (c * lambda);
                    double grown = 1 + (a * lambda);
                    for (int j = 0; j < k; j++)
                    {
                        df[j] = (df[j] * m * m * grown) + (f * dLambda[j] * m * ((2 * c * grown) + (m * a)));
                        dLambda[j] *= m * (m + (2 * c * lambda));
                    }

                    df[k] = f * m * m * lambda;
                    df[k + 1] = 2 * f * m * lambda * grown;
                    dLambda[k + 1] = 2 * m * lambda * lambda;
                    f *= m * m * grown;
                    lambda *= m * m;
                }
            }

            r[prompt] = share * residual;
            for (int j = 0; j < theta.Length; j++)
            {
                jacobian[prompt, j] = share * sum[j];
            }
        }
    }

    private sealed class Collectors(PlusPlusSearch search, double[]? whitening) : IDoubleBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane>()
            where TLane : unmanaged, ISelectingLane<TLane>
            => new Collector<TLane>(search, whitening);
    }

    /// <summary>Takes down what the search needs of prompts. There are no sums.</summary>
    private sealed unsafe class Collector<TLane>(PlusPlusSearch search, double[]? whitening)
        : SpectralKernel<TLane>(search._dimension, whitening)
        where TLane : unmanaged, ISelectingLane<TLane>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        protected override void Add(int first, int count, TLane* sums)
        {
            for (int i = 0; i < Dimension; i++)
            {
                TLane eigenvalue = Eigenvalue(i);
                TLane product = Query[i] * Cross[i];
                for (int lane = 0; lane < count; lane++)
                {
                    search._eigenvalues[((first + lane) * Dimension) + i] = ((double*)&eigenvalue)[lane];
                    search._products[((first + lane) * Dimension) + i] = ((double*)&product)[lane];
                }
            }

            for (int lane = 0; lane < count; lane++)
            {
                search._labels[first + lane] = ((double*)Label)[lane];
            }
        }
    }
}
