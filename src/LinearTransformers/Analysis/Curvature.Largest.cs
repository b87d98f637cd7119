using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Analysis;

/// <content>The largest eigenvalue, without all others.</content>
public sealed partial class Curvature<T>
{
    private const ulong StartSeed = 1;

    /// <summary>
    /// A new direction of this length, relative to the largest eigenvalue, is a rounding: the directions so far hold all that there is.
    /// </summary>
    private const double Negligible = 1.0 / (1L << 50);

    /// <summary>Over so many steps the value must stand still.</summary>
    private const int StepsWithoutChange = 5;

    /// <summary>
    /// The largest eigenvalue of the Hessian of what the loss depends on, the sharpness of the loss; negative where the loss bends down in
    /// every direction. NaN where an entry is not finite.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="tolerance">
    /// Relative to the largest eigenvalue in size: by how much the value may have changed over the last five steps.
    /// </param>
    /// <remarks>
    /// By the method of Lanczos: a product with the Hessian a step, from a fixed direction, each new direction made orthogonal to all
    /// before. The value comes from below, and after as many steps as there are parameters it is the eigenvalue but for roundings; a few
    /// dozen are enough as a rule. Source: Golub, Van Loan, <i>Matrix Computations</i>, §10.1.
    /// </remarks>
    public double LargestEigenvalue(ReadOnlySpan<T> parameters, double tolerance = 1e-7)
    {
        int[] live = [.. _loss.Live];
        double[] q = Start(live.Length);
        List<double[]> basis = [];
        List<double> diagonal = [];
        List<double> offDiagonal = [];
        List<double> values = [];
        while (true)
        {
            basis.Add(q);
            double[] next = Times(parameters, live, q);
            diagonal.Add(FixedOrder.Dot<double>(q, next));

            // Twice: what the first pass leaves of the directions so far is a rounding of what it took away.
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] before in basis)
                {
                    FixedOrder.AddScaled(next, -FixedOrder.Dot<double>(before, next), before);
                }
            }

            double length = FixedOrder.Norm<double>(next);
            if (!double.IsFinite(diagonal[^1]) || !double.IsFinite(length))
            {
                return double.NaN;
            }

            double[] ritz = SymmetricTridiagonal.Eigenvalues([.. diagonal], [.. offDiagonal]);
            double scale = Math.Max(Math.Abs(ritz[0]), Math.Abs(ritz[^1]));
            values.Add(ritz[^1]);
            bool stands = values.Count > StepsWithoutChange && values[^1] - values[^(StepsWithoutChange + 1)] <= tolerance * scale;
            if (stands || basis.Count == live.Length || length <= Negligible * scale)
            {
                return ritz[^1];
            }

            offDiagonal.Add(length);
            for (int i = 0; i < next.Length; i++)
            {
                next[i] /= length;
            }

            q = next;
        }
    }

    private static double[] Start(int count)
    {
        // Sixteen normals at least: fewer are drawn in another way.
        float[] normals = new float[Math.Max(16, count)];
        new TorchStream(StartSeed).FillNormal(normals, 0, 1);
        double[] start = [.. normals.Take(count).Select(value => (double)value)];
        double length = FixedOrder.Norm<double>(start);
        return [.. start.Select(value => value / length)];
    }

    /// <summary>H q, of what the loss depends on.</summary>
    private double[] Times(ReadOnlySpan<T> parameters, int[] live, double[] q)
    {
        Array.Clear(_direction);
        for (int i = 0; i < live.Length; i++)
        {
            _direction[live[i]] = T.CreateTruncating(q[i]);
        }

        _loss.Evaluate(parameters, _direction, _gradient, _product);
        return [.. live.Select(i => double.CreateTruncating(_product[i]))];
    }
}
