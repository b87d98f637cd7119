using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>The search for the best scales of GD++: see <see cref="GradientDescentPlusPlusFloor"/>, whose symbols these are.</summary>
/// <remarks>
/// The loss is a sum of squares, a row for each node t_j of the rule: √w_j p(t_j), and with noise another,
/// √(w_j c/t_j) (1 − p(t_j)), c = s/N.
/// </remarks>
internal sealed class GradientDescentPlusPlusSearch
{
    /// <summary>The starting points from which the search goes on to the end.</summary>
    public const int Finalists = 32;

    private const int Starts = 512;

    private readonly WishartQuadrature _spectrum;
    private readonly int _layers;
    private readonly double _c;
    private readonly double[] _nodes;
    private readonly double[] _roots;

    /// <param name="spectrum">A rule of degree 3^L − 1 or more.</param>
    /// <param name="layers">L.</param>
    /// <param name="c">s/N.</param>
    public GradientDescentPlusPlusSearch(WishartQuadrature spectrum, int layers, double c)
    {
        (_spectrum, _layers, _c) = (spectrum, layers, c);
        _nodes = spectrum.Nodes.ToArray();
        _roots = Array.ConvertAll(spectrum.Weights.ToArray(), Math.Sqrt);
    }

    /// <summary>
    /// θ = (a_0 … a_(L−1), c_0 … c_(L−2)), c_k = a_k b_k, and how many of the finalists reach it: a short walk from every start,
    /// then the best of them walked to the end.
    /// </summary>
    public (double[] Theta, int AtOptimum) Run(CancellationToken stop)
    {
        int rows = _c > 0 ? 2 * _nodes.Length : _nodes.Length;
        (double Loss, double[] Theta)[] walks = new (double Loss, double[] Theta)[Starts];
        for (int start = 0; start < Starts; start++)
        {
            double[] theta = StartingPoint(start);
            double loss = LevenbergMarquardt.Minimize(Linearize, rows, theta, 60, stop);
            walks[start] = (double.IsNaN(loss) ? double.PositiveInfinity : loss, theta);
        }

        (double Loss, double[] Theta)[] finalists = walks.OrderBy(walk => walk.Loss).Take(Finalists).ToArray();
        for (int i = 0; i < Finalists; i++)
            finalists[i].Loss = LevenbergMarquardt.Minimize(Linearize, rows, finalists[i].Theta, 3000, stop);
        (double Loss, double[] Theta) best = finalists.MinBy(walk => walk.Loss);
        return (best.Theta, finalists.Count(walk => walk.Loss <= best.Loss * (1 + 1e-6)));
    }

    private void Linearize(ReadOnlySpan<double> theta, double[] r, double[,] J)
    {
        Span<double> dp = stackalloc double[theta.Length];
        Span<double> dLambda = stackalloc double[theta.Length];
        for (int j = 0; j < _nodes.Length; j++)
        {
            dp.Clear();
            dLambda.Clear();
            double p = 1;
            double lambda = _nodes[j];
            for (int k = 0; k < _layers; k++)
            {
                double a = theta[k];
                double factor = 1 + a * lambda;
                for (int i = 0; i < theta.Length; i++)
                    dp[i] = dp[i] * factor + p * a * dLambda[i];
                dp[k] += p * lambda;
                p *= factor;
                if (k == _layers - 1)
                    break;

                double c = theta[_layers + k];
                double m = 1 + c * lambda;
                for (int i = 0; i < theta.Length; i++)
                    dLambda[i] *= m * (1 + 3 * c * lambda);
                dLambda[_layers + k] += 2 * lambda * lambda * m;
                lambda *= m * m;
            }

            r[j] = _roots[j] * p;
            for (int i = 0; i < theta.Length; i++)
                J[j, i] = _roots[j] * dp[i];
            if (_c == 0 || _nodes[j] == 0)
                continue;
            double root = _roots[j] * Math.Sqrt(_c / _nodes[j]);
            r[_nodes.Length + j] = root * (1 - p);
            for (int i = 0; i < theta.Length; i++)
                J[_nodes.Length + j, i] = -root * dp[i];
        }
    }

    // Halton points in the natural unit of each layer: one over the largest λ_k among the central 99 % of the spectrum.
    private double[] StartingPoint(int index)
    {
        ReadOnlySpan<int> bases = [2, 3, 5, 7, 11, 13, 17, 19, 23];
        double[] theta = new double[2 * _layers - 1];
        double[] lambda = _spectrum.Nodes.ToArray();
        for (int k = 0; k < _layers; k++)
        {
            double mass = 0, largest = 0;
            for (int j = 0; j < lambda.Length; j++)
            {
                if (mass < 0.99 * _spectrum.Dimension)
                    largest = Math.Max(largest, lambda[j]);
                mass += _spectrum.Weights[j];
            }

            theta[k] = -(0.3 + 1.2 * Halton(index + 1, bases[2 * k])) / largest;
            if (k == _layers - 1)
                break;
            double c = -(0.1 + Halton(index + 1, bases[2 * k + 1])) / largest;
            theta[_layers + k] = c;
            for (int j = 0; j < lambda.Length; j++)
                lambda[j] *= (1 + c * lambda[j]) * (1 + c * lambda[j]);
        }

        return theta;
    }

    private static double Halton(int index, int radix)
    {
        double value = 0, digit = 1;
        for (; index > 0; index /= radix)
        {
            digit /= radix;
            value += digit * (index % radix);
        }

        return value;
    }
}
