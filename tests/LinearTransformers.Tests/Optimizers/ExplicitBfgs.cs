using LinearTransformers.Optimizers;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Optimizers;

/// <summary>
/// L-BFGS without a line search, slow and literal: the inverse Hessian is written out as a matrix, anew in each
/// iteration, from the pairs that are remembered: H₀ = (yᵀs/yᵀy) I of the last pair, then
/// H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ for each of them. Moves are differences of the points visited.
/// </summary>
internal sealed class ExplicitBfgs(int inner, int history)
{
    private readonly List<(double[] S, double[] Y)> _pairs = [];
    private double[]? _lastPoint;
    private double[]? _lastGradient;

    public void Step(double[] x, Objective<double> objective, double eta)
    {
        for (int i = 0; i < inner; i++)
        {
            double[] g = new double[x.Length];
            objective(x, g);
            double t = eta;
            if (_lastPoint is null)
            {
                t *= Math.Min(1, 1 / g.Sum(Math.Abs));
            }
            else
            {
                Remember(Minus(x, _lastPoint), Minus(g, _lastGradient!));
            }

            (_lastPoint, _lastGradient) = ([.. x], g);
            double[,] H = InverseHessian(x.Length);
            for (int k = 0; k < x.Length; k++)
            {
                for (int l = 0; l < x.Length; l++)
                {
                    x[k] -= t * H[k, l] * g[l];
                }
            }
        }
    }

    private void Remember(double[] s, double[] y)
    {
        if (Dot(s, y) > 1e-10)
        {
            _pairs.Add((s, y));
            if (_pairs.Count > history)
            {
                _pairs.RemoveAt(0);
            }
        }
    }

    private double[,] InverseHessian(int n)
    {
        double scale = _pairs.Count == 0 ? 1 : Dot(_pairs[^1].S, _pairs[^1].Y) / Dot(_pairs[^1].Y, _pairs[^1].Y);
        double[,] H = Dense.Scaled(scale, [.. Enumerable.Repeat(1d, n)]);
        foreach ((double[] s, double[] y) in _pairs)
        {
            double rho = 1 / Dot(s, y);
            double[,] V = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    V[i, j] = (i == j ? 1 : 0) - (rho * y[i] * s[j]);
                }
            }

            H = Dense.Multiply(Dense.Transpose(V), Dense.Multiply(H, V));
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    H[i, j] += rho * s[i] * s[j];
                }
            }
        }

        return H;
    }

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p - q)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();
}
