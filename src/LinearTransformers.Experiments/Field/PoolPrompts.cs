using LinearTransformers.Random;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// The published prompts of finite pools: x ~ N(0, I/d), task vectors uniform on the sphere of radius √d, ℓ examples y = wᵀx + ε with
/// noise of variance ρ. All numbers come from a native stream.
/// </summary>
/// <param name="dimension">d.</param>
/// <param name="examples">ℓ.</param>
/// <param name="noiseVariance">ρ.</param>
/// <param name="seed">Of the stream.</param>
internal sealed class PoolPrompts(int dimension, int examples, double noiseVariance, ulong seed)
{
    private readonly NativeStream _stream = new(seed);
    private readonly float[] _normals = new float[(examples * (dimension + 1)) + dimension + 1];
    private readonly float[] _task = new float[dimension];
    private readonly float[] _uniform = new float[1];

    /// <summary>The covariates of the last context, ℓ rows of d.</summary>
    public double[] Covariates { get; } = new double[examples * dimension];

    /// <summary>Its labels.</summary>
    public double[] Labels { get; } = new double[examples];

    /// <summary>A task vector.</summary>
    public double[] DrawTask()
    {
        _stream.FillNormal(_task);
        double norm = Math.Sqrt(_task.Sum(value => (double)value * value));
        return [.. _task.Select(value => value * Math.Sqrt(dimension) / norm)];
    }

    /// <summary>One of a pool.</summary>
    public double[] Choose(IReadOnlyList<double[]> pool)
    {
        _stream.FillUniform(_uniform, 0, 1);
        return pool[Math.Min((int)((double)_uniform[0] * pool.Count), pool.Count - 1)];
    }

    /// <summary>A context of a task, and a query with its label, which has noise too.</summary>
    /// <returns>The features h = ( (d/ℓ) Σ y x, (1/ℓ) Σ y² ), x_q and y_q.</returns>
    public (double[] Features, double[] Query, double Label) Draw(double[] task)
    {
        _stream.FillNormal(_normals);
        double unit = 1 / Math.Sqrt(dimension);
        double deviation = Math.Sqrt(noiseVariance);
        double[] features = new double[dimension + 1];
        for (int i = 0; i < examples; i++)
        {
            double label = deviation * _normals[(i * (dimension + 1)) + dimension];
            for (int k = 0; k < dimension; k++)
            {
                double x = unit * _normals[(i * (dimension + 1)) + k];
                Covariates[(i * dimension) + k] = x;
                label += x * task[k];
            }

            Labels[i] = label;
            for (int k = 0; k < dimension; k++)
            {
                features[k] += label * Covariates[(i * dimension) + k] * dimension / examples;
            }

            features[dimension] += label * label / examples;
        }

        ReadOnlySpan<float> rest = _normals.AsSpan(examples * (dimension + 1));
        double[] query = new double[dimension];
        double queryLabel = deviation * rest[dimension];
        for (int k = 0; k < dimension; k++)
        {
            query[k] = unit * rest[k];
            queryLabel += query[k] * task[k];
        }

        return (features, query, queryLabel);
    }
}
