using System.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Lion: <see cref="Lion{T}"/>.</summary>
[Part("lion", "Lion: steps by the sign of a mean gradient")]
public sealed record Lion : Optimizer
{
    /// <summary>The weight β₁ of the mean gradient in a step.</summary>
    [Setting("beta1", Option = "betas", Value = "b1", AtLeast = 0, Below = 1,
        Help = "lion's weight of the mean gradient in a step, and its decay rate")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay rate β₂ of the mean gradient.</summary>
    [Setting("beta2", Option = "betas", Value = "b2", AtLeast = 0, Below = 1)]
    public double Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new Lion<T>(count, Beta1, Beta2);
}

/// <summary>
/// Lion (Chen et al., <i>Symbolic discovery of optimization algorithms</i>, 2023, algorithm 2), its weight decay aside:
/// θ ← θ − η sign(β₁ m + (1 − β₁) g), m ← β₂ m + (1 − β₂) g, with m = 0 at the start and sign 0 = 0.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Lion<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string MomentName = "optimizer.exp_avg";

    private readonly T _beta1;
    private readonly T _beta2;
    private readonly T _oneMinusBeta1;
    private readonly T _oneMinusBeta2;
    private readonly T[] _moment;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters.</param>
    /// <param name="beta1">β₁ in [0, 1).</param>
    /// <param name="beta2">β₂ in [0, 1).</param>
    public Lion(int count, double beta1 = 0.9, double beta2 = 0.99)
    {
        (_beta1, _oneMinusBeta1) = (T.CreateTruncating(beta1), T.CreateTruncating(1 - beta1));
        (_beta2, _oneMinusBeta2) = (T.CreateTruncating(beta2), T.CreateTruncating(1 - beta2));
        _moment = new T[count];
    }

    /// <inheritdoc/>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        T eta = T.CreateTruncating(stepSize);
        for (int i = 0; i < _moment.Length; i++)
        {
            T mean = (_beta1 * _moment[i]) + (_oneMinusBeta1 * gradient[i]);
            parameters[i] -= eta * Sign.Of(mean);
            _moment[i] = (_beta2 * _moment[i]) + (_oneMinusBeta2 * gradient[i]);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Save() => [Tensor.Vector(MomentName, (T[])_moment.Clone())];

    /// <inheritdoc/>
    public override void Restore(TensorFile state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Get<T>(MomentName, _moment.Length).CopyTo(_moment);
    }
}
