using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Normalized gradient descent: <see cref="NormalizedDescent{T}"/>.</summary>
[Part("normalized", "gradient descent with steps of length η")]
public sealed record NormalizedDescent : Optimizer
{
    /// <summary>The momentum μ, of normalized gradients; 0 is plain normalized descent.</summary>
    [Setting("momentum", Value = "m", AtLeast = 0, Below = 1, Help = "momentum of normalized: of the normalized gradients")]
    public double Momentum { get; init; }

    /// <inheritdoc/>
    public override double StateCount(double parameters) => Momentum == 0 ? 0 : parameters;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new NormalizedDescent<T>(count, Momentum);
}

/// <summary>
/// b ← μ b + g/‖g‖, θ ← θ − η b, with b = 0 at the start, as Kunstner et al. (2023); a gradient of zeros counts as zeros. Without momentum
/// steps have length η. ‖g‖ is that of all parameters together, summed in order in double precision.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class NormalizedDescent<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MomentumBuffer<T> _buffer;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters.</param>
    /// <param name="momentum">μ, at least 0.</param>
    public NormalizedDescent(int count, double momentum = 0) => _buffer = new(momentum == 0 ? 0 : count, momentum);

    /// <inheritdoc/>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        double norm = FixedOrder.Norm(gradient);
        if (_buffer.IsEmpty)
        {
            Move(parameters, gradient, norm == 0 ? 0 : -stepSize / norm);
            return;
        }

        T scale = T.CreateTruncating(norm == 0 ? 0 : 1 / norm);
        for (int i = 0; i < parameters.Length; i++)
        {
            _buffer.Add(i, gradient[i] * scale);
        }

        Move(parameters, _buffer.Entries, -stepSize);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Save() => _buffer.Save();

    /// <inheritdoc/>
    public override void Restore(TensorFile state) => _buffer.Restore(state);

    private static void Move(Span<T> parameters, ReadOnlySpan<T> direction, double length)
    {
        T factor = T.CreateTruncating(length);
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = T.FusedMultiplyAdd(factor, direction[i], parameters[i]);
        }
    }
}
