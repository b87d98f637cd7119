using System.Numerics;

namespace LinearTransformers.Numerics;

/// <summary>
/// The three-term recurrence of the monic orthogonal polynomials of a positive measure, from its exact moments:
/// π_(k+1)(x) = (x − α_k) π_k(x) − β_k π_(k−1)(x), with β_0 the mass.
/// </summary>
/// <remarks>
/// <para>
/// Chebyshev's algorithm on the mixed moments σ_(k,l) = ∫ π_k(x) x^l dμ, starting from σ_(0,l) = m_l:
/// </para>
/// <code>
/// σ_(k,l) = σ_(k−1,l+1) − α_(k−1) σ_(k−1,l) − β_(k−1) σ_(k−2,l)
/// α_k = σ_(k,k+1)/σ_(k,k) − σ_(k−1,k)/σ_(k−1,k−1),  β_k = σ_(k,k)/σ_(k−1,k−1)
/// </code>
/// <para>
/// The map loses digits in proportion to n, so it runs in numbers of 256 + 20 n bits, of which more than 200 stay
/// correct for the measures used here (their rules reproduce the moments they were made from to 53 bits).
/// Source: Gautschi, <i>Orthogonal Polynomials: Computation and Approximation</i>, 2004, §2.1.7 and §3.1.1.
/// </para>
/// </remarks>
internal sealed class MomentRecurrence
{
    private const int NodeBits = 192;

    private readonly BigFloat[] _alpha;
    private readonly BigFloat[] _beta;

    /// <param name="moments">m_0 … m_(2n−1) of a positive measure with at least n points of support.</param>
    /// <exception cref="ArgumentException">The moments are not those of such a measure.</exception>
    public MomentRecurrence(ReadOnlySpan<BigInteger> moments)
    {
        int n = moments.Length / 2;
        int bits = 256 + 20 * n;
        BigFloat[] sigma = new BigFloat[2 * n];
        BigFloat[] older = new BigFloat[2 * n];
        for (int l = 0; l < 2 * n; l++)
        {
            sigma[l] = new BigFloat(moments[l], bits);
            older[l] = new BigFloat(BigInteger.Zero, bits);
        }

        _alpha = new BigFloat[n];
        _beta = new BigFloat[n];
        for (int k = 0; k < n; k++)
        {
            if (sigma[k].Sign <= 0)
                throw new ArgumentException(
                    $"The first {2 * k + 1} moments are not those of a positive measure on more than {k} points.", nameof(moments));
            _alpha[k] = sigma[k + 1] / sigma[k];
            _beta[k] = sigma[k];
            if (k > 0)
            {
                _alpha[k] -= older[k] / older[k - 1];
                _beta[k] /= older[k - 1];
            }

            for (int l = k + 1; l < 2 * n - k - 1; l++)
            {
                BigFloat next = sigma[l + 1] - _alpha[k] * sigma[l];
                // β_0 multiplies π_(−1) = 0.
                older[l] = k == 0 ? next : next - _beta[k] * older[l];
            }

            (sigma, older) = (older, sigma);
        }
    }

    private MomentRecurrence(double[] alpha, double[] beta)
    {
        _alpha = Array.ConvertAll(alpha, a => new BigFloat(a, NodeBits));
        _beta = Array.ConvertAll(beta, b => new BigFloat(b, NodeBits));
    }

    /// <summary>
    /// The first n coefficients for a measure of finitely many points, by Lanczos' iteration on diag(points) from the
    /// vector of √weights, each new vector orthogonalised twice against all before it.
    /// </summary>
    /// <param name="points">Distinct points, more than n of them.</param>
    /// <param name="weights">Their positive weights.</param>
    /// <param name="n">The number of coefficients.</param>
    public static MomentRecurrence FromPoints(ReadOnlySpan<double> points, ReadOnlySpan<double> weights, int n)
    {
        (double[] alpha, double[] beta) = (new double[n], new double[n]);
        double[][] basis = new double[n][];
        double[] vector = new double[points.Length];
        for (int j = 0; j < vector.Length; j++)
            vector[j] = Math.Sqrt(weights[j]);
        for (int k = 0; k < n; k++)
        {
            beta[k] = Dot(vector, vector);
            double norm = Math.Sqrt(beta[k]);
            basis[k] = Array.ConvertAll(vector, value => value / norm);
            for (int j = 0; j < vector.Length; j++)
                vector[j] = points[j] * basis[k][j];
            alpha[k] = Dot(vector, basis[k]);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i <= k; i++)
                {
                    double along = Dot(vector, basis[i]);
                    for (int j = 0; j < vector.Length; j++)
                        vector[j] -= along * basis[i][j];
                }
            }
        }

        return new MomentRecurrence(alpha, beta);
    }

    /// <summary>
    /// The n-point Gauss rule: exact for polynomials of degree 2n−1. Eigenvalues of the Jacobi matrix (Golub and
    /// Welsch) start Newton's iteration on π_n, and the weights are Christoffel's 1/Σ_k π_k²/‖π_k‖², all in 192
    /// bits: nodes and weights are correct to the last bits of a double however small they are.
    /// </summary>
    public (double[] Nodes, double[] Weights) GaussRule()
    {
        int n = _alpha.Length;
        BigFloat[] alpha = Array.ConvertAll(_alpha, a => a.Round(NodeBits));
        BigFloat[] beta = Array.ConvertAll(_beta, b => b.Round(NodeBits));
        double[] diagonal = Array.ConvertAll(alpha, a => a.ToDouble());
        double[] offDiagonal = Array.ConvertAll(beta[1..], b => Math.Sqrt(b.ToDouble()));
        double[] nodes = SymmetricTridiagonal.Eigenvalues(diagonal, offDiagonal);
        double[] weights = new double[n];
        for (int j = 0; j < n; j++)
        {
            BigFloat x = new(nodes[j], NodeBits);
            double step;
            int iterations = 0;
            do
            {
                BigFloat newton = NewtonStep(alpha, beta, x);
                x -= newton;
                step = newton.ToDouble();
            }
            while (Math.Abs(step) > 1e-25 * Math.Abs(x.ToDouble()) && ++iterations < 50);

            nodes[j] = x.ToDouble();
            weights[j] = Christoffel(alpha, beta, x);
            if (j > 0 && nodes[j] <= nodes[j - 1])
                throw new ArithmeticException($"Two of the {n} nodes coincide near {nodes[j]}.");
        }

        return (nodes, weights);
    }

    /// <summary>
    /// The Christoffel function 1/Σ_(k&lt;n) π_k(x)²/‖π_k‖²: the least ∫ p² dμ over polynomials p of degree below n
    /// with p(x) = 1.
    /// </summary>
    public double ChristoffelFunction(double x) => Christoffel(_alpha, _beta, new BigFloat(x, NodeBits));

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }

    // π_n(x)/π_n'(x).
    private static BigFloat NewtonStep(BigFloat[] alpha, BigFloat[] beta, BigFloat x)
    {
        BigFloat zero = new(BigInteger.Zero, NodeBits);
        (BigFloat p, BigFloat previous) = (new BigFloat(BigInteger.One, NodeBits), zero);
        (BigFloat slope, BigFloat previousSlope) = (zero, zero);
        for (int k = 0; k < alpha.Length; k++)
        {
            BigFloat t = x - alpha[k];
            (slope, previousSlope) = (p + t * slope - beta[k] * previousSlope, slope);
            (p, previous) = (t * p - beta[k] * previous, p);
        }

        return p / slope;
    }

    private static double Christoffel(BigFloat[] alpha, BigFloat[] beta, BigFloat x)
    {
        (BigFloat p, BigFloat previous) = (new BigFloat(BigInteger.One, NodeBits), new BigFloat(BigInteger.Zero, NodeBits));
        BigFloat norm = new(BigInteger.One, NodeBits);
        BigFloat sum = new(BigInteger.Zero, NodeBits);
        for (int k = 0; k < alpha.Length; k++)
        {
            norm *= beta[k];
            sum += p * p / norm;
            (p, previous) = ((x - alpha[k]) * p - beta[k] * previous, p);
        }

        return (new BigFloat(BigInteger.One, NodeBits) / sum).ToDouble();
    }
}
