using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;

namespace LinearTransformers.Analysis;

/// <summary>
/// The Hessian H of the in-context loss at some parameters on some batch: its diagonal, blocks of it, its eigenvalues,
/// the curvature along a direction. Everything comes from exact products H v
/// (<see cref="BatchLoss{T}"/>), one for each coordinate asked for.
/// </summary>
/// <typeparam name="T">float or double, the precision of parameters and losses.</typeparam>
/// <remarks>Not for use from several threads at once.</remarks>
/// <example>
/// <code>
/// BatchLoss&lt;double&gt; loss = BatchLoss&lt;double&gt;.Of(shape);
/// loss.Load(batch);
/// Curvature&lt;double&gt; curvature = new(loss);
/// double published = ConditionNumber.Published(curvature.Diagonal(parameters));
/// double[] eigenvalues = curvature.Eigenvalues(parameters, loss.Live);
/// </code>
/// </example>
public sealed partial class Curvature<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BatchLoss<T> _loss;
    private readonly T[] _direction;
    private readonly T[] _gradient;
    private readonly T[] _product;

    /// <summary>Measures a model's loss on the batch that it has loaded by then.</summary>
    public Curvature(BatchLoss<T> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _loss = loss;
        _direction = new T[loss.Layout.Count];
        _gradient = new T[_direction.Length];
        _product = new T[_direction.Length];
    }

    /// <summary>
    /// The Hessian's diagonal, ∂²f/∂θ_i². Zero where the loss does not depend on a parameter, as for P̂ of the last
    /// layer.
    /// </summary>
    /// <param name="parameters">θ.</param>
    public double[] Diagonal(ReadOnlySpan<T> parameters)
    {
        double[] diagonal = new double[_direction.Length];
        _loss.HessianDiagonal(parameters, diagonal);
        return diagonal;
    }

    /// <summary>The whole Hessian, [n, n], made symmetric as (H + Hᵀ)/2.</summary>
    /// <param name="parameters">θ.</param>
    public double[,] Hessian(ReadOnlySpan<T> parameters)
        => Hessian(parameters, [.. Enumerable.Range(0, _direction.Length)]);

    /// <summary>
    /// The Hessian's rows and columns that belong to some coordinates, made symmetric as (H + Hᵀ)/2; a product for
    /// each coordinate.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="coordinates">Which; see <see cref="Shapes.ParameterCoordinates"/>.</param>
    /// <returns>[k, k], in the order of the k coordinates.</returns>
    public double[,] Hessian(ReadOnlySpan<T> parameters, IReadOnlyList<int> coordinates)
    {
        foreach (int i in coordinates)
        {
            if (i < 0 || i >= _direction.Length)
            {
                throw new ArgumentException(
                    $"coordinate {i} is not one of {_direction.Length} parameters, 0 to {_direction.Length - 1}", nameof(coordinates));
            }
        }

        int k = coordinates.Count;
        double[,] block = new double[k, k];
        for (int j = 0; j < k; j++)
        {
            Column(parameters, coordinates[j]);
            for (int i = 0; i < k; i++)
            {
                block[i, j] = double.CreateTruncating(_product[coordinates[i]]);
            }
        }

        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < i; j++)
            {
                block[i, j] = block[j, i] = (block[i, j] + block[j, i]) / 2;
            }
        }

        return block;
    }

    /// <summary>
    /// The eigenvalues of the block of the Hessian that belongs to some coordinates, ascending. The error is a few
    /// roundings of <typeparamref name="T"/> times the largest in size: use double to tell small ones from zero.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="coordinates">Which; see <see cref="Shapes.ParameterCoordinates"/>.</param>
    public double[] Eigenvalues(ReadOnlySpan<T> parameters, IReadOnlyList<int> coordinates)
        => SymmetricEigenvalues.Of(Hessian(parameters, coordinates));

    /// <summary>
    /// The curvature along a direction, vᵀHv/‖v‖²: negative where the loss bends down. Paper [2] calls it the
    /// directional smoothness, and takes for v the step from an iterate to the next, for H the Hessian at the first of
    /// the two, both on the test batch. NaN for the zero direction.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="direction">v, of any length but zero.</param>
    public double Along(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction)
    {
        if (direction.Length != _direction.Length)
        {
            throw new ArgumentException(
                $"a direction of {direction.Length} entries does not fit {_direction.Length} parameters", nameof(direction));
        }

        // Short steps are scaled up first, so that in single precision too no product is lost to underflow.
        T largest = FixedOrder.LargestMagnitude(direction);
        for (int i = 0; i < direction.Length; i++)
        {
            _direction[i] = direction[i] / largest;
        }

        _loss.Evaluate(parameters, _direction, _gradient, _product);
        return FixedOrder.Dot<T>(_direction, _product) / FixedOrder.Dot<T>(_direction, _direction);
    }

    /// <summary>Leaves column i of the Hessian in the product.</summary>
    private void Column(ReadOnlySpan<T> parameters, int i)
    {
        Array.Clear(_direction);
        _direction[i] = T.One;
        _loss.Evaluate(parameters, _direction, _gradient, _product);
    }
}
