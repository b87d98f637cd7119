using LinearTransformers.Optimizers;

namespace LinearTransformers.Tests.Optimizers;

/// <summary>Functions to be minimized whose minima are known.</summary>
internal static class Problem
{
    /// <summary>½ (x − c)ᵀ A (x − c), with A symmetric and its eigenvalues spread over [1, condition].</summary>
    public static (Objective<double> Objective, double[] Minimum) Quadratic(int count, double condition, int seed)
    {
        System.Random random = new(seed);
        double[] center = [.. Enumerable.Range(0, count).Select(_ => Uniform(random))];
        double[,] A = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            A[i, i] = count > 1 ? Math.Pow(condition, i / (count - 1.0)) : condition;
        }

        // A reflection of the whole space hides the axes.
        double[] v = [.. Enumerable.Range(0, count).Select(_ => Uniform(random))];
        double length = Math.Sqrt(v.Sum(x => x * x));
        A = Reflect(A, [.. v.Select(x => x / length)]);
        return ((x, gradient) =>
        {
            double loss = 0;
            for (int i = 0; i < count; i++)
            {
                gradient[i] = 0;
                for (int j = 0; j < count; j++)
                {
                    gradient[i] += A[i, j] * (x[j] - center[j]);
                }

                loss += (x[i] - center[i]) * gradient[i] / 2;
            }

            return loss;
        }, center);
    }

    /// <summary>Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)², least at (1, …, 1).</summary>
    public static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double loss = 0;
        gradient.Clear();
        for (int i = 0; i < x.Length - 1; i++)
        {
            double a = x[i + 1] - (x[i] * x[i]);
            double b = 1 - x[i];
            loss += (100 * a * a) + (b * b);
            gradient[i] += (-400 * a * x[i]) - (2 * b);
            gradient[i + 1] += 200 * a;
        }

        return loss;
    }

    /// <summary>The same in single precision: evaluated in double, the results rounded.</summary>
    public static Objective<float> InSingle(Objective<double> objective) => (x, gradient) =>
    {
        double[] wide = new double[x.Length];
        double[] wideGradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            wide[i] = x[i];
        }

        double loss = objective(wide, wideGradient);
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = (float)wideGradient[i];
        }

        return (float)loss;
    };

    public static double[] Start(int count, int seed)
    {
        System.Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * Uniform(random))];
    }

    private static double Uniform(System.Random random) => (2 * random.NextDouble()) - 1;

    /// <summary>R A R with R = I − 2 v vᵀ.</summary>
    private static double[,] Reflect(double[,] A, double[] v)
    {
        int n = v.Length;
        double[,] R = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                R[i, j] = (i == j ? 1 : 0) - (2 * v[i] * v[j]);
            }
        }

        return Reference.Dense.Multiply(R, Reference.Dense.Multiply(A, R));
    }
}
