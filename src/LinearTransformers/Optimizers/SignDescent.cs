using System.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Sign descent: <see cref="SignDescent{T}"/>.</summary>
[Part("sign", "descent by the sign of the gradient")]
public sealed record SignDescent : Optimizer
{
    /// <summary>The momentum μ, of signs; 0 is plain sign descent.</summary>
    [Setting("momentum", Value = "m", AtLeast = 0, Below = 1, Help = "momentum of sign: of the signs, not of the gradient")]
    public double Momentum { get; init; }

    /// <inheritdoc/>
    public override double StateCount(double parameters) => Momentum == 0 ? 0 : parameters;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new SignDescent<T>(count, Momentum);
}

/// <summary>
/// b ← μ b + sign g, θ ← θ − η b, entry by entry, with b = 0 at the start and sign 0 = 0. Without momentum it is signSGD (Bernstein et al.,
/// 2018): Adam with β₁ = β₂ = 0 and ε = 0, but for roundings. The momentum is that of Kunstner et al. (2023); Bernstein et al. take the
/// sign of a mean gradient instead, which is <see cref="Lion{T}"/> with β₁ = β₂.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SignDescent<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MomentumBuffer<T> _buffer;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters.</param>
    /// <param name="momentum">μ, at least 0.</param>
    public SignDescent(int count, double momentum = 0) => _buffer = new(momentum == 0 ? 0 : count, momentum);

    /// <inheritdoc/>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        T eta = T.CreateTruncating(stepSize);
        for (int i = 0; i < parameters.Length; i++)
        {
            T sign = Sign.Of(gradient[i]);
            parameters[i] -= eta * (_buffer.IsEmpty ? sign : _buffer.Add(i, sign));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Save() => _buffer.Save();

    /// <inheritdoc/>
    public override void Restore(TensorFile state) => _buffer.Restore(state);
}

/// <summary>Signs of numbers.</summary>
internal static class Sign
{
    /// <summary>−1, 0 or 1; NaN of NaN.</summary>
    public static T Of<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;
}
