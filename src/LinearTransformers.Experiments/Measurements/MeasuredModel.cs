using System.Numerics;
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// A run's model at the start of an iteration, with its loss f on a test batch: along runs that are drawn the published one, of the run's
/// own size, from a stream seeded with 99. Losses and derivatives are computed in the run's precision, and are exact but for roundings.
/// </summary>
/// <remarks>Not for use from several threads at once.</remarks>
public abstract class MeasuredModel
{
    private PromptBatch? _testBatch;

    private protected MeasuredModel(TrainingSettings settings, PromptBatch? testBatch, Covariance? covariance)
        => (Settings, _testBatch, Covariance) = (settings, testBatch, covariance);

    /// <summary>What determined the run.</summary>
    public TrainingSettings Settings { get; }

    /// <summary>The batch that losses are on; drawn when it is first asked for.</summary>
    public PromptBatch TestBatch => _testBatch ??= FreshPrompts.Draw(Settings, Covariance);

    /// <summary>The covariates' covariance Σ; null is the identity.</summary>
    public Covariance? Covariance { get; }

    /// <summary>The iteration.</summary>
    public int Iteration { get; private protected set; }

    /// <summary>The parameters θ at its start, laid out as <see cref="TrainingSettings.Layout"/> says.</summary>
    public abstract IReadOnlyList<double> Parameters { get; }

    /// <summary>Those that the loss depends on, ascending.</summary>
    public abstract IReadOnlyList<int> Live { get; }

    /// <summary>What the iteration added to θ; null where the run kept no parameters of the next one.</summary>
    public abstract IReadOnlyList<double>? Step { get; }

    /// <summary>f(θ).</summary>
    public abstract double Loss();

    /// <summary>∇f(θ).</summary>
    public abstract double[] Gradient();

    /// <summary>The Hessian's diagonal, ∂²f/∂θ_i².</summary>
    public abstract double[] HessianDiagonal();

    /// <summary>The Hessian of what the loss depends on, [k, k] in the order of <see cref="Live"/>.</summary>
    public abstract double[,] Hessian();

    /// <summary>The Hessian times a direction, ∇²f(θ) v.</summary>
    /// <param name="direction">v, an entry for each parameter.</param>
    public abstract double[] HessianTimes(IReadOnlyList<double> direction);

    /// <summary>The curvature along a direction, vᵀ∇²f(θ)v/‖v‖²; NaN for the zero direction.</summary>
    /// <param name="direction">v, an entry for each parameter.</param>
    public abstract double CurvatureAlong(IReadOnlyList<double> direction);

    /// <summary>The largest eigenvalue of the Hessian of what the loss depends on.</summary>
    public abstract double LargestEigenvalue();

    /// <summary>The models of a run, one after another: at first that of the first iteration that its history holds.</summary>
    /// <param name="settings">What determined the run.</param>
    /// <param name="history">Its history, in whose precision things are computed.</param>
    /// <param name="testBatch">The batch that losses are on; null for the published one.</param>
    public static MeasuredModel Of<T>(TrainingSettings settings, History<T> history, PromptBatch? testBatch = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(history);
        return new MeasuredModel<T>(settings, history, testBatch);
    }

    /// <summary>Goes to another iteration.</summary>
    /// <returns>This, at that iteration.</returns>
    /// <exception cref="KeyNotFoundException">The history does not hold it.</exception>
    public abstract MeasuredModel At(int iteration);
}

/// <summary>The same in a precision.</summary>
internal sealed class MeasuredModel<T> : MeasuredModel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly History<T> _history;
    private BatchLoss<T>? _loss;
    private Curvature<T>? _curvature;

    public MeasuredModel(TrainingSettings settings, History<T> history, PromptBatch? testBatch)
        : base(settings, testBatch, history.Covariance)
    {
        _history = history;
        Iteration = (int)history.Iterations[0];
    }

    public override IReadOnlyList<double> Parameters => Doubles(Here);

    public override IReadOnlyList<int> Live => field ??= Settings.NewLoss<T>().Live;

    public override IReadOnlyList<double>? Step
    {
        get
        {
            if (!_history.Iterations.Contains(Iteration + 1))
            {
                return null;
            }

            ReadOnlySpan<T> here = Here;
            ReadOnlySpan<T> next = _history.At(Iteration + 1);
            double[] step = new double[here.Length];
            for (int i = 0; i < step.Length; i++)
            {
                step[i] = double.CreateTruncating(next[i] - here[i]);
            }

            return step;
        }
    }

    private ReadOnlySpan<T> Here => _history.At(Iteration);

    private BatchLoss<T> OnBatch => _loss ??= FreshPrompts.Loss<T>(Settings, TestBatch);

    private Curvature<T> OfBatch => _curvature ??= new(OnBatch);

    public override double Loss() => OnBatch.Evaluate(Here);

    public override double[] Gradient()
    {
        T[] gradient = new T[_history.Layout.Count];
        OnBatch.Evaluate(Here, gradient);
        return Doubles(gradient);
    }

    public override double[] HessianDiagonal() => OfBatch.Diagonal(Here);

    public override double[,] Hessian() => OfBatch.Hessian(Here, Live);

    public override double[] HessianTimes(IReadOnlyList<double> direction)
    {
        T[] gradient = new T[_history.Layout.Count];
        T[] product = new T[gradient.Length];
        OnBatch.Evaluate(Here, Numbers(direction), gradient, product);
        return Doubles(product);
    }

    public override double CurvatureAlong(IReadOnlyList<double> direction) => OfBatch.Along(Here, Numbers(direction));

    public override double LargestEigenvalue() => OfBatch.LargestEigenvalue(Here);

    public override MeasuredModel At(int iteration)
    {
        _ = _history.At(iteration);
        Iteration = iteration;
        return this;
    }

    private T[] Numbers(IReadOnlyList<double> direction)
    {
        ArgumentNullException.ThrowIfNull(direction);
        return direction.Count == _history.Layout.Count
            ? [.. direction.Select(T.CreateTruncating)]
            : throw new ArgumentException(
                $"a direction of {direction.Count} entries does not fit {_history.Layout.Count} parameters", nameof(direction));
    }

    private static double[] Doubles(ReadOnlySpan<T> numbers)
    {
        double[] doubles = new double[numbers.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = double.CreateTruncating(numbers[i]);
        }

        return doubles;
    }
}
