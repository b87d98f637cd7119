using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Adam: <see cref="AdamW{T}"/> with PyTorch's ε = 1e-8. With weight decay it is AdamW.</summary>
[Part("adam", "Adam; with weight decay AdamW")]
public sealed record Adam : Optimizer
{
    /// <summary>The decay rate β₁ of the mean gradient.</summary>
    [Setting("beta1", Option = "betas", Value = "b1", AtLeast = 0, Below = 1,
        Help = "decay rates of adam's means of the gradient and its square")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay rate β₂ of the mean squared gradient: 0.9 as published, where PyTorch's default is 0.999.</summary>
    [Setting("beta2", Option = "betas", Value = "b2", AtLeast = 0, Below = 1)]
    public double Beta2 { get; init; } = 0.9;

    /// <inheritdoc/>
    public override double StateCount(double parameters) => 2 * parameters;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => new AdamW<T>(count, Beta1, Beta2);
}

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019) as <c>torch.optim.AdamW</c>, but for its weight decay, which is not the optimizer's own here;
/// without it, it is Adam (Kingma and Ba, 2015). With k the number of the step, from 1:
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
/// θ ← θ − η/(1 − β₁ᵏ) · m / (√v/√(1 − β₂ᵏ) + ε). ε is added after the correction, as PyTorch does.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class AdamW<T> : GradientOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string MomentName = "optimizer.exp_avg";
    private const string SquareName = "optimizer.exp_avg_sq";
    private const string StepName = "optimizer.step";

    private readonly double _beta1;
    private readonly double _beta2;
    private readonly T _epsilon;
    private readonly T[] _moment;
    private readonly T[] _square;
    private long _step;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters.</param>
    /// <param name="beta1">β₁ in [0, 1).</param>
    /// <param name="beta2">β₂ in [0, 1).</param>
    /// <param name="epsilon">ε.</param>
    public AdamW(int count, double beta1 = 0.9, double beta2 = 0.9, double epsilon = 1e-8)
    {
        Check(beta1, nameof(beta1));
        Check(beta2, nameof(beta2));
        (_beta1, _beta2) = (beta1, beta2);
        _epsilon = T.CreateTruncating(epsilon);
        _moment = new T[count];
        _square = new T[count];

        static void Check(double beta, string name)
        {
            if (!(beta >= 0 && beta < 1))
            {
                throw new ArgumentOutOfRangeException(name, beta, "a decay rate must be at least 0 and below 1");
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
    {
        _step++;
        T beta1 = T.CreateTruncating(_beta1);
        T beta2 = T.CreateTruncating(_beta2);
        T oneMinusBeta1 = T.CreateTruncating(1 - _beta1);
        T oneMinusBeta2 = T.CreateTruncating(1 - _beta2);
        T correction = T.CreateTruncating(Math.Sqrt(1 - Power(_beta2, _step)));
        T minusEta = T.CreateTruncating(-stepSize / (1 - Power(_beta1, _step)));
        for (int i = 0; i < _moment.Length; i++)
        {
            T g = gradient[i];
            T m = T.FusedMultiplyAdd(oneMinusBeta1, g, _moment[i] * beta1);
            T v = (_square[i] * beta2) + (oneMinusBeta2 * g * g);
            T denominator = (T.Sqrt(v) / correction) + _epsilon;
            parameters[i] += minusEta * m / denominator;
            _moment[i] = m;
            _square[i] = v;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Save() =>
    [
        Tensor.Vector(MomentName, (T[])_moment.Clone()),
        Tensor.Vector(SquareName, (T[])_square.Clone()),
        Tensor.Scalar(StepName, _step),
    ];

    /// <inheritdoc/>
    public override void Restore(TensorFile state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Get<T>(MomentName, _moment.Length).CopyTo(_moment);
        state.Get<T>(SquareName, _square.Length).CopyTo(_square);
        _step = state.GetScalar<long>(StepName);
    }

    /// <summary>xⁿ by squaring: the same bits everywhere, as Math.Pow's are not.</summary>
    private static double Power(double x, long n)
    {
        double power = 1;
        for (; n > 0; n >>= 1, x *= x)
        {
            if ((n & 1) != 0)
            {
                power *= x;
            }
        }

        return power;
    }
}
