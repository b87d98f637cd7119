using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// A training run: settings in, history out. In each iteration: a snapshot, a new batch if
/// one is due, loss and gradient, log, clipping, the optimizer's step. It may be stopped between
/// any two iterations, saved, and taken up again by another object, with the same bits.
/// </summary>
/// <typeparam name="T">float or double, the precision of parameters, losses and gradients.</typeparam>
public sealed partial class TrainingRun<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IStream _stream;
    private readonly TrainingTask<T> _task;
    private readonly IOptimizer<T> _optimizer;
    private readonly Objective<T> _objective;
    private readonly GradientClipping? _clipping;
    private readonly List<LogLine> _log = [];
    private readonly T[] _parameters;
    private readonly T[] _gradient;
    private Begun? _begun;

    /// <summary>A run at its start.</summary>
    /// <param name="settings">What determines it.</param>
    /// <param name="team">Who shares the work on a batch; null for the caller alone.</param>
    /// <param name="covariance">
    /// The settings' <see cref="TrainingSettings.GivenCovariance"/>, if they leave it out; <see cref="Settings"/> then has it.
    /// </param>
    /// <param name="seat">The run's seat among those that draw from the same seed; null for drawing alone.</param>
    /// <exception cref="SettingException">
    /// A setting makes no sense, or the run of <see cref="TrainingSettings.InitialRun"/> is not there, does not fit or has changed.
    /// </exception>
    public TrainingRun(TrainingSettings settings, WorkerTeam? team = null, Covariance? covariance = null, SharedStream.Seat? seat = null)
        : this(settings, team, covariance, seat, InitialParameters.Of(settings))
    {
    }

    /// <summary>The same with parameters given; where they are null it begins with drawn ones, as if a state is to be taken up.</summary>
    internal TrainingRun(
        TrainingSettings settings, WorkerTeam? team, Covariance? covariance, SharedStream.Seat? seat, InitialParameters? initial)
    {
        settings = With(covariance, settings);
        Settings = settings = initial?.In(settings) ?? settings;
        settings.Validate();
        _stream = settings.NewStream(seat);
        _parameters = [.. settings.Initialize(_stream).Select(T.CreateTruncating)];
        initial?.As<T>().CopyTo(_parameters, 0);
        _gradient = new T[_parameters.Length];
        if (settings.DataSeed is { } dataSeed)
        {
            _stream.Seed((ulong)dataSeed);
        }

        Covariance? drawn = settings.Covariance.Draw(_stream, settings.Dimension);
        _task = new TrainingTask<T>(settings, _stream, settings.GivenCovariance ?? drawn, team);
        _objective = Loss;
        _clipping = settings.Clipping;
        _optimizer = settings.Optimizer.Create<T>(_parameters.Length);
        History = new History<T>(_task.Layout, _task.Covariance);
    }

    /// <summary>What determines the run.</summary>
    public TrainingSettings Settings { get; }

    /// <summary>The linear transformer's sizes.</summary>
    public LinearTransformerShape Shape => Settings.Shape;

    /// <summary>Iterations done.</summary>
    public int Iteration { get; private set; }

    /// <summary>How far it has come.</summary>
    public RunStatus Status { get; private set; }

    /// <summary>The last loss computed; NaN before the first.</summary>
    public double LastLoss { get; private set; } = double.NaN;

    /// <summary>The norm of the gradient of the last iteration, before clipping; NaN before the first of this object.</summary>
    internal double LastGradientNorm { get; private set; } = double.NaN;

    /// <summary>Parameters along the run.</summary>
    public History<T> History { get; private set; }

    /// <summary>What was logged: iterations 0 to 4, multiples of log-every, and the last one.</summary>
    public IReadOnlyList<LogLine> Log => _log;

    /// <summary>The current parameters.</summary>
    public ReadOnlySpan<T> Parameters => _parameters;

    /// <summary>Goes on until the end, divergence, or a request to stop, whichever comes first.</summary>
    /// <param name="onLog">Called with each log line.</param>
    /// <param name="onIteration">Called after each iteration.</param>
    /// <param name="stop">Stops between two iterations.</param>
    /// <returns>The status then.</returns>
    public RunStatus Run(Action<LogLine>? onLog = null, Action? onIteration = null, CancellationToken stop = default)
    {
        while (Status is RunStatus.Unfinished && !stop.IsCancellationRequested)
        {
            LogLine? line;
            try
            {
                line = Advance(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && _begun is not null)
            {
                break;
            }

            if (line is not null)
            {
                onLog?.Invoke(line.Value);
            }

            onIteration?.Invoke();
        }

        return Status;
    }

    /// <summary>
    /// One iteration; the log line if one was due, or if the loss or the gradient's norm was not finite. If a step of many
    /// evaluations is stopped, the iteration stays begun: the run is saved as it was before it, and this object goes on with the step.
    /// </summary>
    private LogLine? Advance(CancellationToken stop)
    {
        int t = Iteration;
        if (_begun is { } begun)
        {
            FinishIteration(t, stop);
            return begun.Line;
        }

        Begun? before = Settings.Optimizer.StepsAreItsOwn && stop.CanBeCanceled
            ? new(LastLoss, _task.StateOf(_stream), _task.SaveBatchBefore(t), null)
            : null;
        if (t % Settings.HistoryStride == 0)
        {
            History.Add(t, _parameters);
        }

        _task.NextBatch(_stream, t);
        LastLoss = Loss(_parameters, _gradient);
        double norm = LastGradientNorm = GradientClipping.Norm<T>(_gradient);
        LogLine line = new(t, LastLoss, norm);
        bool isFinite = double.IsFinite(LastLoss) && double.IsFinite(norm);
        bool isLogged = RecordedIterations.IsLogged(Settings, t) || !isFinite;
        if (isLogged)
        {
            _log.Add(line);
        }

        if (!isFinite)
        {
            Status = RunStatus.Diverged;
            if (t % Settings.HistoryStride != 0)
            {
                History.Add(t, _parameters);
            }

            return line;
        }

        Clip();
        LogLine? logged = isLogged ? line : null;
        _begun = before is null ? null : before with { Line = logged };
        FinishIteration(t, stop);
        return logged;
    }

    /// <summary>Clips the gradient, or each matrix of it.</summary>
    private void Clip()
    {
        if (_clipping?.Scope is not ClipScope.Matrix)
        {
            _clipping?.Apply<T>(_gradient, _gradient.Length);
            return;
        }

        Span<T> rest = _gradient;
        foreach ((ParameterArray array, int matrixSize) in _task.Layout.Arrays.Zip(Settings.Model.MatrixSizes(Settings.Sizes)))
        {
            _clipping.Apply(rest[..array.Count], matrixSize);
            rest = rest[array.Count..];
        }
    }

    /// <summary>The step, and what comes after it.</summary>
    private void FinishIteration(int t, CancellationToken stop)
    {
        double stepSize = Settings.StepSize(t);
        if (Settings.WeightDecay > 0)
        {
            Decay(stepSize * Settings.WeightDecay);
        }

        _optimizer.Step(_parameters, LastLoss, _gradient, _objective, stepSize, stop);
        _begun = null;
        _task.AfterStep(_parameters);
        Iteration = t + 1;
        if (Iteration == Settings.MaxIterations)
        {
            // There is no iteration after it whose loss would tell.
            Status = Array.TrueForAll(_parameters, T.IsFinite) ? RunStatus.Finished : RunStatus.Diverged;
            History.Add(Iteration, _parameters);
        }
    }

    /// <summary>θ ← (1 − share) θ, the factor rounded as PyTorch's is.</summary>
    private void Decay(double share)
    {
        T factor = T.CreateTruncating(1 - share);
        foreach (ref T parameter in _parameters.AsSpan())
        {
            parameter *= factor;
        }
    }

    /// <summary>The loss of the current batch as a number of the run's precision, and its gradient.</summary>
    private double Loss(ReadOnlySpan<T> parameters, Span<T> gradient)
        => double.CreateTruncating(T.CreateTruncating(_task.Evaluate(parameters, gradient)));

    private static TrainingSettings With(Covariance? covariance, TrainingSettings settings)
        => covariance is null || covariance.Equals(settings.GivenCovariance) ? settings
            : settings.GivenCovariance is null ? settings with { GivenCovariance = covariance }
            : throw new SettingException("given-covariance", "another than that beside the settings", "the same, or left out");

    /// <summary>An iteration whose step was stopped: what it had changed by then, as it was before it.</summary>
    /// <param name="LastLoss">The loss of the iteration before.</param>
    /// <param name="Stream">Where the stream stood.</param>
    /// <param name="Batch">The batch, where this iteration has changed one that had been there.</param>
    /// <param name="Line">What the iteration logs when it is done.</param>
    private sealed record Begun(double LastLoss, StreamState Stream, IReadOnlyList<Tensor>? Batch, LogLine? Line);
}
