using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers;

/// <summary>Normalized gradient descent: <see cref="NormalizedDescent{T}"/>.</summary>
[Part("normalized", "gradient descent with steps of length η")]
public sealed record NormalizedDescent : Optimizer
{
    /// <inheritdoc/>
    public override double StateCount(double parameters) => 0;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new NormalizedDescent<T>();
}

/// <summary>θ ← θ − η g/‖g‖; a gradient of zeros moves nothing. ‖g‖ is summed in order in double precision.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class NormalizedDescent<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        double norm = FixedOrder.Norm(gradient);
        if (norm == 0)
        {
            return;
        }

        T factor = T.CreateTruncating(-stepSize / norm);
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = T.FusedMultiplyAdd(factor, gradient[i], parameters[i]);
        }
    }
}
