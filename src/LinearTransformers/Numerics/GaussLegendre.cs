namespace LinearTransformers.Numerics;

/// <summary>
/// The n-point Gauss rule on [−1, 1]: Σ_i w_i f(ξ_i) = ∫ f for polynomials up to degree 2n−1; and integrals up to each node,
/// Σ_j C_ij f(ξ_j) = ∫_(−1)^(ξ_i) f for polynomials up to degree n−1.
/// </summary>
/// <remarks>
/// The nodes are the roots of Legendre's P_n, by Newton's iteration, and w_i = 2/((1 − ξ_i²) P_n'(ξ_i)²). The polynomial through the
/// f(ξ_j) is Σ_k (k + ½) P_k Σ_j w_j P_k(ξ_j) f(ξ_j), and ∫_(−1)^ξ P_k = (P_(k+1)(ξ) − P_(k−1)(ξ))/(2k+1) with P_(−1) = −1.
/// Source: Abramowitz, Stegun, <i>Handbook of Mathematical Functions</i>, §22 and §25.4.
/// </remarks>
internal sealed class GaussLegendre
{
    /// <param name="count">n.</param>
    public GaussLegendre(int count)
    {
        Nodes = new double[count];
        Weights = new double[count];
        Cumulative = new double[count, count];
        double[] p = new double[count + 2];
        for (int i = 0; i < count; i++)
        {
            double x = -Math.Cos(Math.PI * (i + 0.75) / (count + 0.5)), slope = 1;
            for (int iteration = 0; iteration < 10; iteration++)
            {
                Legendre(x, p);
                slope = count * (p[count - 1] - x * p[count]) / (1 - x * x);
                x -= p[count] / slope;
            }

            Nodes[i] = x;
            Weights[i] = 2 / ((1 - x * x) * slope * slope);
        }

        double[] at = new double[count + 2];
        for (int i = 0; i < count; i++)
        {
            Legendre(Nodes[i], at);
            for (int j = 0; j < count; j++)
            {
                Legendre(Nodes[j], p);
                for (int k = 0; k < count; k++)
                    Cumulative[i, j] += Weights[j] * p[k] * (at[k + 1] - (k == 0 ? -1 : at[k - 1])) / 2;
            }
        }
    }

    /// <summary>ξ_i, ascending.</summary>
    public double[] Nodes { get; }

    /// <summary>w_i.</summary>
    public double[] Weights { get; }

    /// <summary>C_ij.</summary>
    public double[,] Cumulative { get; }

    // P_0 … P_(n+1) at x.
    private static void Legendre(double x, double[] p)
    {
        (p[0], p[1]) = (1, x);
        for (int k = 1; k + 1 < p.Length; k++)
            p[k + 1] = ((2 * k + 1) * x * p[k] - k * p[k - 1]) / (k + 1);
    }
}
