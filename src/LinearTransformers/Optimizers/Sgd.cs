using System.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Stochastic gradient descent with momentum: <see cref="Sgd{T}"/>.</summary>
[Part("sgd", "stochastic gradient descent with momentum")]
public sealed record Sgd : Optimizer
{
    /// <summary>The momentum μ; 0 is plain gradient descent.</summary>
    [Setting("momentum", Value = "m", AtLeast = 0, Below = 1, Help = "momentum of sgd; 0 is plain gradient descent")]
    public double Momentum { get; init; } = 0.9;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new Sgd<T>(count, Momentum);
}

/// <summary>
/// Stochastic gradient descent with momentum, as <c>torch.optim.SGD</c> without dampening, Nesterov or weight decay:
/// b ← μ b + g, θ ← θ − η b, with b = 0 at the start. (Sutskever et al., 2013, scale g by η instead.)
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Sgd<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MomentumBuffer<T> _buffer;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters.</param>
    /// <param name="momentum">μ, at least 0.</param>
    public Sgd(int count, double momentum = 0.9) => _buffer = new(count, momentum);

    /// <inheritdoc/>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        T minusEta = T.CreateTruncating(-stepSize);
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = T.FusedMultiplyAdd(minusEta, _buffer.Add(i, gradient[i]), parameters[i]);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Save() => _buffer.Save();

    /// <inheritdoc/>
    public override void Restore(TensorFile state) => _buffer.Restore(state);
}
