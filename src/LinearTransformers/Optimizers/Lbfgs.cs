using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>L-BFGS: <see cref="Lbfgs{T}"/>. An iteration of a run is one step of a few inner iterations on its batch.</summary>
[Part("lbfgs", "L-BFGS")]
public sealed record Lbfgs : Optimizer
{
    /// <summary>Inner iterations in an iteration, PyTorch's <c>max_iter</c>: see <see cref="LbfgsSettings"/> on 2 and 3.</summary>
    [Setting("lbfgs-inner", Value = "n", AtLeast = 1, Help = "iterations of lbfgs within one")]
    public int InnerIterations { get; init; } = 4;

    /// <summary>Curvature pairs that are remembered.</summary>
    [Setting("lbfgs-history", Value = "n", AtLeast = 1, Help = "pairs that lbfgs keeps")]
    public int History { get; init; } = 600;

    /// <summary>How far it goes along its directions.</summary>
    [Setting("line-search", Help = "line search of lbfgs")]
    public LineSearch LineSearch { get; init; } = LineSearch.None;

    /// <inheritdoc/>
    public override bool StepsAreItsOwn => true;

    /// <inheritdoc/>
    public override double StateCount(double parameters) => History * parameters;

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count)
        => new Lbfgs<T>(count, new() { MaxIterations = InnerIterations, HistorySize = History, LineSearch = LineSearch });
}

/// <summary>
/// L-BFGS (Nocedal, 1980; Liu and Nocedal, 1989) as <c>torch.optim.LBFGS</c> of PyTorch 1.13. A step is a few inner
/// iterations. With g the gradient, s the last move, y the change of g along it:
/// if yᵀs > 1e-10, remember (s, y) and let H₀ = (yᵀs/yᵀy) I; d = −H g, with H the BFGS updates of H₀ by all remembered
/// pairs; θ ← θ + t d. The very first direction is −g, and its t = η min(1, 1/‖g‖₁); all others have t = η, or what a
/// line search finds from there.
/// </summary>
/// <remarks>
/// Inner iterations end after <see cref="LbfgsSettings.MaxIterations"/> of them, or when the evaluations are used up, or
/// at one of the tolerances. Without a line search each ends with an evaluation of the objective, except the last one
/// that <see cref="LbfgsSettings.MaxIterations"/> allows: the next step begins with it. Nothing is forgotten between
/// steps: the first pair of a step is that of the last move before it. So the objective should be the same in all
/// steps; where it changes, y mixes two of them, here as in PyTorch.
/// Products of vectors are summed in double precision and then rounded to T, everything else is in T.
/// </remarks>
/// <example>
/// <code>
/// Lbfgs&lt;double&gt; optimizer = new(2, new LbfgsSettings { LineSearch = LineSearch.StrongWolfe });
/// double loss = optimizer.Step(parameters, (x, gradient) =&gt;
/// {
///     (gradient[0], gradient[1]) = (2 * x[0], 8 * x[1]);
///     return (x[0] * x[0]) + (4 * x[1] * x[1]);
/// });
/// </code>
/// </example>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Lbfgs<T> : IOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string DirectionName = "optimizer.d";
    private const string StepName = "optimizer.t";
    private const string PreviousGradientName = "optimizer.prev_flat_grad";
    private const string IterationsName = "optimizer.n_iter";
    private const string EvaluationsName = "optimizer.func_evals";

    /// <summary>A pair with less curvature yᵀs than this is not remembered.</summary>
    private const double LeastCurvature = 1e-10;

    private readonly CurvaturePairs<T> _pairs;
    private readonly StrongWolfeSearch<T>? _search;
    private readonly T[] _direction;
    private readonly T[] _gradient;
    private readonly T[] _previousGradient;
    private readonly T[] _move;
    private readonly T[] _change;
    private readonly Standing _before;
    private T _step;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters, at least 1.</param>
    /// <param name="settings">What determines it; null for PyTorch's defaults.</param>
    /// <exception cref="ArgumentException">A setting makes no sense, or the history is too large.</exception>
    public Lbfgs(int count, LbfgsSettings? settings = null)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"L-BFGS works in float or double, not {typeof(T)}");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Settings = settings ?? new();
        Settings.Validate();
        _pairs = new(count, Settings.HistorySize);
        _search = Settings.LineSearch is LineSearch.StrongWolfe ? new(count, Settings.ChangeTolerance) : null;
        _direction = new T[count];
        _gradient = new T[count];
        _previousGradient = new T[count];
        _move = new T[count];
        _change = new T[count];
        _before = new Standing(count);
    }

    /// <summary>What determines it.</summary>
    public LbfgsSettings Settings { get; }

    /// <summary>Inner iterations in all steps so far.</summary>
    public long Iterations { get; private set; }

    /// <summary>Evaluations of the objective in all steps so far.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Curvature pairs remembered.</summary>
    public int Pairs => _pairs.Count;

    /// <summary>One step.</summary>
    /// <param name="parameters">Moved in place.</param>
    /// <param name="objective">What to minimize.</param>
    /// <param name="stepSize">The learning rate η of this step, positive.</param>
    /// <param name="stop">Stops it between two evaluations.</param>
    /// <returns>The loss before the step.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop; parameters and optimizer are as before the step.</exception>
    public double Step(Span<T> parameters, Objective<T> objective, double stepSize = 1, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Check(parameters.Length, nameof(parameters));
        double loss = objective(parameters, _gradient);
        Step(parameters, loss, _gradient, objective, stepSize, stop);
        return loss;
    }

    /// <summary>One step from where the loss and its gradient are known already.</summary>
    /// <param name="parameters">Moved in place.</param>
    /// <param name="loss">At the parameters.</param>
    /// <param name="gradient">At the parameters.</param>
    /// <param name="objective">What to minimize.</param>
    /// <param name="stepSize">The learning rate η of this step, positive.</param>
    /// <param name="stop">Stops it between two evaluations.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop; parameters and optimizer are as before the step.</exception>
    public void Step(
        Span<T> parameters,
        double loss,
        ReadOnlySpan<T> gradient,
        Objective<T> objective,
        double stepSize = 1,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Check(parameters.Length, nameof(parameters));
        Check(gradient.Length, nameof(gradient));
        if (!(stepSize > 0) || !double.IsFinite(stepSize))
        {
            throw new ArgumentOutOfRangeException(nameof(stepSize), stepSize, "a learning rate must be positive and finite");
        }

        gradient.CopyTo(_gradient);
        if (stop.CanBeCanceled)
        {
            StepOrReturn(parameters, loss, objective, stepSize, stop);
        }
        else
        {
            Step(parameters, loss, objective, stepSize);
        }
    }

    /// <summary>A step, undone if it is stopped.</summary>
    private void StepOrReturn(Span<T> parameters, double loss, Objective<T> objective, double stepSize, CancellationToken stop)
    {
        Remember(parameters);
        try
        {
            Step(parameters, loss, Stoppable, stepSize);
        }
        catch (OperationCanceledException)
        {
            Return(parameters);
            throw;
        }

        double Stoppable(ReadOnlySpan<T> point, Span<T> gradientThere)
        {
            stop.ThrowIfCancellationRequested();
            return objective(point, gradientThere);
        }
    }

    /// <summary>A step from <see cref="_gradient"/>.</summary>
    private void Step(Span<T> parameters, double loss, Objective<T> objective, double stepSize)
    {
        Evaluations++;
        long evaluationsBefore = Evaluations - 1;
        if (IsOptimal())
        {
            return;
        }

        for (int iteration = 1; iteration <= Settings.MaxIterations; iteration++)
        {
            Iterations++;
            NextDirection();
            _gradient.CopyTo(_previousGradient);
            _step = FirstStep(stepSize);
            double slope = FixedOrder.Dot<T>(_gradient, _direction);
            if (slope > -Settings.ChangeTolerance)
            {
                return;
            }

            bool isLast = iteration == Settings.MaxIterations;
            double previousLoss = loss;
            loss = Move(parameters, loss, slope, objective, isLast);
            if (isLast
                || Evaluations - evaluationsBefore >= Settings.EvaluationLimit
                || IsOptimal()
                || LargestMove() <= Settings.ChangeTolerance
                || Math.Abs(loss - previousLoss) < Settings.ChangeTolerance)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Save() =>
    [
        Tensor.Vector(DirectionName, (T[])_direction.Clone()),
        Tensor.Scalar(StepName, _step),
        Tensor.Vector(PreviousGradientName, (T[])_previousGradient.Clone()),
        .. _pairs.Save(),
        Tensor.Scalar(IterationsName, Iterations),
        Tensor.Scalar(EvaluationsName, Evaluations),
    ];

    /// <inheritdoc/>
    public void Restore(TensorFile state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ReadOnlySpan<T> direction = state.Get<T>(DirectionName, _direction.Length).Span;
        ReadOnlySpan<T> previousGradient = state.Get<T>(PreviousGradientName, _previousGradient.Length).Span;
        T step = state.GetScalar<T>(StepName);
        long iterations = state.GetScalar<long>(IterationsName);
        long evaluations = state.GetScalar<long>(EvaluationsName);
        _pairs.Restore(state);
        direction.CopyTo(_direction);
        previousGradient.CopyTo(_previousGradient);
        (_step, Iterations, Evaluations) = (step, iterations, evaluations);
    }

    /// <summary>d = −H g, after the last move has been remembered; nothing has been moved before the first.</summary>
    private void NextDirection()
    {
        if (Iterations > 1)
        {
            for (int i = 0; i < _direction.Length; i++)
            {
                _change[i] = _gradient[i] - _previousGradient[i];
                _move[i] = _direction[i] * _step;
            }

            T curvature = T.CreateTruncating(FixedOrder.Dot<T>(_change, _move));
            if (double.CreateTruncating(curvature) > LeastCurvature)
            {
                _pairs.Add(_move, _change, curvature);
            }
        }

        for (int i = 0; i < _direction.Length; i++)
        {
            _direction[i] = -_gradient[i];
        }

        _pairs.Apply(_direction);
    }

    /// <summary>The t to begin with.</summary>
    private T FirstStep(double stepSize)
    {
        T eta = T.CreateTruncating(stepSize);
        if (Iterations > 1)
        {
            return eta;
        }

        double sum = FixedOrder.SumOfMagnitudes<T>(_gradient);
        T rounded = T.CreateTruncating(sum);

        // A sum that T has no number for would make the step zero; its inverse T may have.
        return T.Min(T.One, T.IsInfinity(rounded) ? T.CreateTruncating(1 / sum) : T.One / rounded) * eta;
    }

    /// <summary>θ ← θ + t d, and the loss and gradient there; without a line search they stay as they are in the last iteration.</summary>
    private double Move(Span<T> parameters, double loss, double slope, Objective<T> objective, bool isLast)
    {
        if (_search is not null)
        {
            StrongWolfeSearch<T>.Point found = _search.Search(
                objective, parameters, _direction, new(0, loss, slope), double.CreateTruncating(_step), _gradient);
            Evaluations += _search.Evaluations;
            _step = T.CreateTruncating(found.Step);
            FixedOrder.AddScaled(parameters, _step, _direction);
            return found.Loss;
        }

        FixedOrder.AddScaled(parameters, _step, _direction);
        if (isLast)
        {
            return loss;
        }

        Evaluations++;
        return objective(parameters, _gradient);
    }

    private void Remember(ReadOnlySpan<T> parameters)
    {
        parameters.CopyTo(_before.Parameters);
        _direction.CopyTo(_before.Direction);
        _previousGradient.CopyTo(_before.PreviousGradient);
        (_before.Step, _before.Iterations, _before.Evaluations) = (_step, Iterations, Evaluations);
        _pairs.Mark();
    }

    private void Return(Span<T> parameters)
    {
        _before.Parameters.CopyTo(parameters);
        _before.Direction.CopyTo(_direction);
        _before.PreviousGradient.CopyTo(_previousGradient);
        (_step, Iterations, Evaluations) = (_before.Step, _before.Iterations, _before.Evaluations);
        _pairs.ReturnToMark();
    }

    private bool IsOptimal()
        => double.CreateTruncating(FixedOrder.LargestMagnitude<T>(_gradient)) <= Settings.GradientTolerance;

    private double LargestMove() => double.CreateTruncating(FixedOrder.LargestMagnitude<T>(_direction) * _step);

    private void Check(int length, string name)
    {
        if (length != _direction.Length)
        {
            throw new ArgumentException($"{length} entries do not fit an optimizer of {_direction.Length} parameters", name);
        }
    }

    /// <summary>How parameters and optimizer stood before a step, besides the pairs.</summary>
    private sealed class Standing(int count)
    {
        public T[] Parameters { get; } = new T[count];

        public T[] Direction { get; } = new T[count];

        public T[] PreviousGradient { get; } = new T[count];

        public T Step { get; set; }

        public long Iterations { get; set; }

        public long Evaluations { get; set; }
    }
}
