using System.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers;

/// <summary>Sign descent: <see cref="SignDescent{T}"/>.</summary>
[Part("sign", "descent by the sign of the gradient")]
public sealed record SignDescent : Optimizer
{
    /// <inheritdoc/>
    public override double StateCount(double parameters) => 0;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new SignDescent<T>();
}

/// <summary>
/// θ ← θ − η sign g, entry by entry, with sign 0 = 0 (Bernstein et al., <i>signSGD</i>, 2018). It is Adam with β₁ = β₂ = 0 and ε = 0, but
/// for roundings.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SignDescent<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        T eta = T.CreateTruncating(stepSize);
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] -= eta * Sign.Of(gradient[i]);
        }
    }
}

/// <summary>Signs of numbers.</summary>
internal static class Sign
{
    /// <summary>−1, 0 or 1; NaN of NaN.</summary>
    public static T Of<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;
}
