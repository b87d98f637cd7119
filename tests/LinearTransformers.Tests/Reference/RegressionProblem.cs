using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Tests.Reference;

/// <summary>
/// Random prompts whose labels are not linear (the query's place for one is 0), with a random covariance: d 1–12, N 1–30, B 1–50.
/// </summary>
internal sealed class RegressionProblem
{
    public RegressionProblem(int seed, Func<int, int>? contextLength = null)
    {
        Random = new System.Random(seed);
        Dimension = Random.Next(3) == 0 ? 5 : Random.Next(1, 13);
        int n = contextLength?.Invoke(Dimension) ?? Random.Next(1, 31);
        int batchSize = Random.Next(1, 51);
        Z = [.. Enumerable.Range(0, batchSize * (n + 1) * (Dimension + 1)).Select(_ => (2 * Random.NextDouble()) - 1)];
        for (int i = ((n + 1) * (Dimension + 1)) - 1; i < Z.Length; i += (n + 1) * (Dimension + 1))
        {
            Z[i] = 0;
        }

        Y = [.. Enumerable.Range(0, batchSize).Select(_ => (2 * Random.NextDouble()) - 1)];
        Covariance = RandomCovariance(Random, Dimension);
        System.Random other = new(-seed);
        Deviations = [.. Enumerable.Range(0, batchSize).Select(_ => 0.3 + other.NextDouble())];
    }

    public System.Random Random { get; }

    public int Dimension { get; }

    public double[] Z { get; }

    public double[] Y { get; }

    /// <summary>σ of each prompt, from 0.3 to 1.3, whatever its labels are.</summary>
    public double[] Deviations { get; }

    /// <summary>U near the identity, so that Σ⁻¹ = U D⁻² Uᵀ is no larger than the steps can stand.</summary>
    public Covariance Covariance { get; }

    /// <summary>U D⁻² Uᵀ.</summary>
    public double[,] InverseCovariance
    {
        get
        {
            int d = Dimension;
            double[,] scaled = new double[d, d];
            for (int i = 0; i < d * d; i++)
            {
                scaled[i / d, i % d] = Covariance.U[i] / (double)Covariance.D[i % d];
            }

            return Dense.Multiply(scaled, Dense.Transpose(scaled));
        }
    }

    public GramStatistics<double> Statistics => GramStatistics<double>.FromTokens(Z, Y, Dimension, hasSquares: true, Deviations);

    public GramStatistics<float> SingleStatistics
        => GramStatistics<float>.FromTokens(
            [.. Z.Select(x => (float)x)], [.. Y.Select(x => (float)x)], Dimension, hasSquares: true,
            [.. Deviations.Select(x => (float)x)]);

    /// <summary>As many step sizes, each from 0 to 0.6.</summary>
    public double[] StepSizes(int steps) => [.. Enumerable.Range(0, steps).Select(_ => 0.6 * Random.NextDouble())];

    private static Covariance RandomCovariance(System.Random random, int d)
        => new(
            [.. Enumerable.Range(0, d * d).Select(i => (i % (d + 1) == 0 ? 1 : 0) + (float)(0.4 * (random.NextDouble() - 0.5)))],
            [.. Enumerable.Range(0, d).Select(_ => (float)(0.7 + random.NextDouble()))]);
}
