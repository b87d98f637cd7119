using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// The mean density of the n = min(N, d) non-zero eigenvalues x of XᵀX, X an N×d matrix of independent standard normals, as a
/// rule for E Σ f(x) with any bounded f(x) that is smooth at the scale of √x: f(x) = c/(x + c) for any c, for one. Where
/// f is a polynomial, <see cref="WishartQuadrature"/> is exact.
/// </summary>
/// <remarks>
/// <para>
/// With φ_k(x) = √(k!/Γ(k+α+1)) x^(α/2) e^(−x/2) (−1)^k L_k^α(x), the orthonormal Laguerre functions of α = |N−d|, and
/// ψ_k(x) = φ_k(x)/√x, the density of this orthogonal ensemble is that of the unitary one and a product:
/// </para>
/// <code>
/// ρ(x) = Σ_(k≤n−2) φ_k(x)² + ½ √((n−1)(n−1+α)) ψ_(n−1)(x) · ½ ∫ sgn(x − t) ψ_(n−2)(t) dt  [ + ψ_(n−1)(x)/∫ψ_(n−1) for odd n ] .
/// </code>
/// <para>
/// The variable of integration is v = √x, a singular value of X, in which all of it is smooth: dx/√x = 2 dv. Panels of Gauss–Legendre
/// nodes cover the singular values from √N − √d − 9 to √N + √d + 9, beyond which less than 1e−17 of them are, and shrink by halves
/// towards v = 0. Source: Adler, Forrester, Nagao, van Moerbeke, <i>Classical skew orthogonal polynomials and random matrices</i>,
/// 2000. The tests compare with exact moments.
/// </para>
/// </remarks>
internal sealed class WishartDensity
{
    private const double Tail = 9;
    private const int Halvings = 60;
    private const double Phase = 3;
    private const double Large = 1e100;

    private readonly int _count;
    private readonly int _alpha;
    private readonly double _logFactorial;
    private readonly double[] _nodes;
    private readonly double[] _weights;

    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="nodes">Nodes of each panel; 16 give some fourteen digits.</param>
    public WishartDensity(int contextLength, int dimension, int nodes)
    {
        _count = Math.Min(contextLength, dimension);
        _alpha = Math.Abs(contextLength - dimension);
        _logFactorial = LogFactorialRest(_alpha);
        GaussLegendre rule = new(nodes);
        double[] edges = Panels(contextLength, dimension);
        int size = (edges.Length - 1) * nodes;
        (_nodes, _weights) = (new double[size], new double[size]);
        Fill(edges, rule);
    }

    /// <summary>E Σ f(x).</summary>
    public double Integrate(Func<double, double> f)
    {
        double sum = 0;
        for (int j = 0; j < _nodes.Length; j++)
            sum += _weights[j] * f(_nodes[j]);
        return sum;
    }

    private void Fill(double[] edges, GaussLegendre rule)
    {
        int nodes = rule.Nodes.Length;
        double[] phi = new double[_count];
        (double[] last, double[] before, double[] integral)
            = (new double[_nodes.Length], new double[_nodes.Length], new double[_nodes.Length]);
        double up = 0, sumOfLast = 0;
        for (int panel = 0; panel + 1 < edges.Length; panel++)
        {
            double half = (edges[panel + 1] - edges[panel]) / 2, middle = edges[panel] + half;
            int first = panel * nodes;
            for (int i = 0; i < nodes; i++)
            {
                double v = middle + half * rule.Nodes[i];
                int j = first + i;
                _nodes[j] = v * v;
                LaguerreFunctions(v * v, phi);
                for (int k = 0; k <= _count - 2; k++)
                    _weights[j] += 2 * v * phi[k] * phi[k];
                last[j] = 2 * phi[_count - 1];
                before[j] = _count > 1 ? 2 * phi[_count - 2] : 0;
                sumOfLast += half * rule.Weights[i] * last[j];
            }

            double gain = 0;
            for (int i = 0; i < nodes; i++)
            {
                integral[first + i] = up;
                for (int k = 0; k < nodes; k++)
                    integral[first + i] += half * rule.Cumulative[i, k] * before[first + k];
                gain += half * rule.Weights[i] * before[first + i];
            }

            up += gain;
        }

        double product = Math.Sqrt((_count - 1) * (_count - 1.0 + _alpha)) / 2;
        for (int j = 0; j < _nodes.Length; j++)
        {
            _weights[j] += product * last[j] * (integral[j] - up / 2);
            if (_count % 2 == 1)
                _weights[j] += last[j] / sumOfLast;
            int panel = j / nodes;
            _weights[j] *= (edges[panel + 1] - edges[panel]) / 2 * rule.Weights[j % nodes];
        }
    }

    private double[] Panels(int contextLength, int dimension)
    {
        // The functions turn by no more than √(4n + 2) radians a unit of v.
        double width = Phase / Math.Sqrt(4 * _count + 2);
        double low = Math.Abs(Math.Sqrt(contextLength) - Math.Sqrt(dimension)) - Tail;
        double high = Math.Sqrt(contextLength) + Math.Sqrt(dimension) + Tail;
        List<double> edges = [];
        if (low < width)
        {
            edges.Add(0);
            for (int k = Halvings; k > 0; k--)
                edges.Add(Math.ScaleB(width, -k));
            low = width;
        }

        int panels = (int)Math.Ceiling((high - low) / width);
        for (int k = 0; k <= panels; k++)
            edges.Add(low + (high - low) * k / panels);
        return [.. edges];
    }

    // φ_0 … φ_(n−1) at x.
    private void LaguerreFunctions(double x, double[] phi)
    {
        // x^α e^(−x)/α!, for larger α around its greatest value, where nothing cancels.
        double log = _alpha < 20
            ? _alpha * Math.Log(x) - x - _logFactorial
            : _alpha * (double.LogP1(x / _alpha - 1) - (x / _alpha - 1)) - _logFactorial;
        // φ_k is current · e^log: far from 0, φ_0 underflows where later ones do not.
        log /= 2;
        double current = 1, previous = 0;
        for (int k = 0; k < phi.Length; k++)
        {
            phi[k] = current * Math.Exp(log);
            double next = ((x - (2.0 * k + 1 + _alpha)) * current - Math.Sqrt(k * ((double)k + _alpha)) * previous)
                / Math.Sqrt((k + 1) * (k + 1.0 + _alpha));
            (current, previous) = (next, current);
            if (Math.Abs(current) > Large)
            {
                (current, previous) = (current / Large, previous / Large);
                log += Math.Log(Large);
            }
        }
    }

    // log α!, for larger α less α log α − α, by Stirling's series.
    private static double LogFactorialRest(int alpha)
    {
        double log = 0;
        if (alpha < 20)
        {
            for (int k = 2; k <= alpha; k++)
                log += Math.Log(k);
            return log;
        }

        double square = 1.0 / alpha / alpha;
        return Math.Log(2 * Math.PI * alpha) / 2 + (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / alpha;
    }
}
