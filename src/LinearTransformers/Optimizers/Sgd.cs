using System.Numerics;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum, as <c>torch.optim.SGD</c> without dampening, Nesterov or weight decay:
/// b ← μ b + g, θ ← θ − η b, with b = 0 at the start. (Sutskever et al., 2013, scale g by η instead.)
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Sgd<T> : IOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string BufferName = "optimizer.momentum_buffer";

    private readonly T _momentum;
    private readonly T[] _buffer;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters.</param>
    /// <param name="momentum">μ, at least 0.</param>
    public Sgd(int count, double momentum = 0.9)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        _momentum = T.CreateTruncating(momentum);
        _buffer = new T[count];
    }

    /// <inheritdoc/>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        T minusEta = T.CreateTruncating(-stepSize);
        for (int i = 0; i < _buffer.Length; i++)
        {
            _buffer[i] = (_buffer[i] * _momentum) + gradient[i];
            parameters[i] = T.FusedMultiplyAdd(minusEta, _buffer[i], parameters[i]);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Save() => [Tensor.Vector(BufferName, (T[])_buffer.Clone())];

    /// <inheritdoc/>
    public void Restore(TensorFile state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Get<T>(BufferName, _buffer.Length).CopyTo(_buffer);
    }
}
