using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Shapes;

namespace LinearTransformers.Baselines;

/// <summary>
/// GD++ (von Oswald et al., 2022; paper [1], theorem 4): gradient descent that also transforms the covariates after
/// each step. It is the linear transformer restricted to multiples of the identity, P̂_k = b_k I and Q̂_k = a_k Σ⁻¹:
/// <code>
/// y_q ← y_q + a_k x_qᵀ Σ⁻¹ g    T = I + a_k b_k G Σ⁻¹    x ← T x for context and query, labels as in a step of size −a_k
/// </code>
/// scored by the in-context loss (1/B) Σ (y_q + wᵀx_q)². All b_k = 0 is preconditioned gradient descent with steps −a_k.
/// </summary>
/// <remarks>Not for use from several threads at once.</remarks>
/// <typeparam name="T">float, as the published code computes, or double.</typeparam>
public sealed class GradientDescentPlusPlus<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GramLoss<T> _loss;
    private readonly double[] _inverse;

    /// <summary>GD++ of this many layers.</summary>
    /// <param name="layers">L ≥ 1.</param>
    /// <param name="dimension">d.</param>
    /// <param name="covariance">Σ; null is the identity.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <exception cref="ArgumentException">Σ has another dimension.</exception>
    public GradientDescentPlusPlus(int layers, int dimension, Covariance? covariance = null, WorkerTeam? team = null)
    {
        Shape = new(layers, heads: 1, dimension);
        BatchCheck.Fits(dimension, covariance);
        _loss = new(Shape, team);
        _inverse = covariance is null ? Identity(dimension) : InverseCovariance.Matrix(covariance);
    }

    /// <summary>The sizes of the linear transformer it is.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>The mean squared query error.</summary>
    /// <param name="queryScales">a_0 … a_(L−1), negative where they descend.</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is ignored, as the model ignores its last P.</param>
    /// <param name="statistics">The batch.</param>
    /// <exception cref="ArgumentException">The numbers of scales do not fit L, or the batch not d.</exception>
    public double Loss(ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales, GramStatistics<T> statistics)
    {
        BatchCheck.Fits(Shape.Dimension, statistics);
        return _loss.Evaluate(Parameters(queryScales, valueScales), statistics);
    }

    /// <summary>The parameters of the linear transformer that it is, [L, 1, 2, d, d].</summary>
    /// <param name="queryScales">a_0 … a_(L−1).</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is taken too, though nothing depends on it.</param>
    /// <exception cref="ArgumentException">The numbers of scales do not fit L.</exception>
    public T[] Parameters(ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales)
    {
        if (queryScales.Length != Shape.Layers || valueScales.Length < Shape.Layers - 1 || valueScales.Length > Shape.Layers)
        {
            throw new ArgumentException(
                $"{queryScales.Length} query scales and {valueScales.Length} value scales do not fit {Shape.Layers} layers: they need {Shape.Layers} and {Shape.Layers - 1} (or {Shape.Layers})");
        }

        T[] parameters = new T[Shape.ParameterCount];
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Span<T> p = parameters.AsSpan(Shape.OffsetOfP(layer, 0), Shape.MatrixSize);
            Span<T> q = parameters.AsSpan(Shape.OffsetOfQ(layer, 0), Shape.MatrixSize);
            for (int i = 0; i < q.Length; i++)
            {
                q[i] = T.CreateTruncating(queryScales[layer] * _inverse[i]);
            }

            for (int i = 0; layer < valueScales.Length && i < Shape.Dimension; i++)
            {
                p[i * (Shape.Dimension + 1)] = T.CreateTruncating(valueScales[layer]);
            }
        }

        return parameters;
    }

    private static double[] Identity(int d)
    {
        double[] identity = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            identity[i * (d + 1)] = 1;
        }

        return identity;
    }
}
