using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Watching;

/// <summary>
/// A run that is looked at again and again. Its folder is only read, and a file only if it has changed. Whether somebody writes the run is
/// asked of the system's lock where it has stood still since the last look, as <c>lintf runs list</c> does; a run that moves is left alone.
/// </summary>
/// <param name="path">Its folder.</param>
/// <param name="floors">Where its floor comes from.</param>
/// <param name="withCurves">Whether views have curves, for which the log is read.</param>
internal sealed class WatchedRun(string path, RunFloors floors, bool withCurves)
{
    private const int MostPoints = 600;

    /// <summary>The pace is that of so many seconds.</summary>
    private const double PaceSeconds = 10;

    /// <summary>What tells that a run that nobody reports of has changed.</summary>
    private static readonly string[] Files = ["config.json", "state.safetensors", "metrics.jsonl"];

    private readonly RunPoints[] _logged = [new(), new()];
    private readonly RunPoints[] _reported = [new(), new()];
    private readonly Queue<ProgressLine> _lately = [];
    private FileStamp[] _read = [];
    private RunDirectory? _directory;
    private string? _problem;
    private GrowingFile? _log;
    private GrowingFile? _progress;
    private ProgressLine? _last;
    private LogLine? _lastLogged;
    private bool _isWhole;
    private Task<(string Name, double Value)?>? _floor;

    /// <summary>Looks at it.</summary>
    public RunView Look()
    {
        if (_directory is null)
        {
            Reload();
        }

        bool hasMoved = _directory is not null && ReadProgress(_directory);
        if (!hasMoved)
        {
            Reload();
        }

        if (_directory is not { } directory)
        {
            return Damaged();
        }

        bool isWritten = directory.Status is RunStatus.Unfinished && (hasMoved || directory.Writer is not null);
        if (!isWritten && directory.Status is RunStatus.Unfinished)
        {
            // It may have ended since it was read.
            Reload();
            directory = _directory!;
        }

        return _directory is null || (!isWritten && !ReadWhole(directory)) ? Damaged() : View(directory, isWritten);
    }

    /// <summary>The run's settings say which floor it has: it is computed once.</summary>
    public Task<(string Name, double Value)?>? Floor => _floor;

    private RunView Damaged() => new(path, WatchStatus.Damaged) { Problem = _problem };

    private RunView View(RunDirectory directory, bool isWritten)
    {
        ProgressLine? live = isWritten ? _last : null;
        int done = Math.Max(directory.Iteration, live?.Iteration + 1 ?? 0);
        WatchStatus status = directory.Status switch
        {
            RunStatus.Finished => WatchStatus.Finished,
            RunStatus.Diverged => WatchStatus.Diverged,
            _ => isWritten ? WatchStatus.Running : WatchStatus.Interrupted,
        };
        int last = status is WatchStatus.Diverged && done < directory.Settings.MaxIterations ? done : done - 1;
        (string Name, double Value)? floor = _floor is { IsCompletedSuccessfully: true } known ? known.Result : null;
        return new RunView(path, status)
        {
            Iterations = done,
            MaxIterations = directory.Settings.MaxIterations,
            Loss = live?.Loss ?? directory.LastLoss,
            GradientNorm = live?.GradientNorm ?? (_lastLogged is { } line && line.Iteration == last ? line.GradientNorm : double.NaN),
            LearningRate = live?.LearningRate ?? (last < 0 ? double.NaN : LearningRate(directory.Settings, last)),
            Floor = floor?.Value ?? double.NaN,
            FloorName = floor?.Name,
            Seconds = live?.Seconds ?? directory.Seconds,
            IterationsPerSecond = isWritten && _lately.Count > 1 ? Pace() : Pace(done, live?.Seconds ?? directory.Seconds),
            LossCurve = withCurves ? _logged[0].With(_reported[0], MostPoints) : null,
            GradientCurve = withCurves ? _logged[1].With(_reported[1], MostPoints) : null,
        };
    }

    private double Pace()
    {
        (ProgressLine first, ProgressLine last) = (_lately.Peek(), _last!.Value);
        return Pace(last.Iteration - first.Iteration, last.Seconds - first.Seconds);
    }

    private static double Pace(int iterations, double seconds) => iterations > 0 && seconds > 0 ? iterations / seconds : double.NaN;

    private static double LearningRate(TrainingSettings settings, int iteration)
    {
        try
        {
            return settings.StepSize(iteration);
        }
        catch (AbsentPartException)
        {
            return double.NaN;
        }
    }

    /// <summary>Reads what the writer has reported; whether that is more than at the last look.</summary>
    private bool ReadProgress(RunDirectory directory)
    {
        _progress ??= new GrowingFile(directory.ProgressPath);
        bool isFirst = _last is null;
        if (_progress.Read(out bool isAnother) is not { } lines)
        {
            ForgetProgress();
            return false;
        }

        if (isAnother)
        {
            ForgetProgress();
        }

        bool isMore = false;
        foreach (ProgressLine line in lines.Select(ProgressLine.Read).OfType<ProgressLine>())
        {
            isMore = true;
            _last = line;
            _lately.Enqueue(line);
            if (withCurves)
            {
                _reported[0].Add(line.Iteration, line.Loss);
                _reported[1].Add(line.Iteration, line.GradientNorm);
            }
        }

        while (_lately.Count > 2 && _lately.Peek().Seconds < _last!.Value.Seconds - PaceSeconds)
        {
            _lately.Dequeue();
        }

        if (withCurves && isMore)
        {
            ReadLog(directory);
        }

        // What stood there at first may be of a process that was killed.
        return isMore && !isFirst && !isAnother;
    }

    private void ForgetProgress()
    {
        _last = null;
        _lately.Clear();
        _reported[0].Clear();
        _reported[1].Clear();
    }

    /// <summary>Reads what was logged of a run that is being written: lines that say nothing are passed over.</summary>
    private void ReadLog(RunDirectory directory)
    {
        _log ??= new GrowingFile(directory.LogPath);
        if (_log.Read(out bool isAnother) is not { } lines)
        {
            return;
        }

        if (isAnother)
        {
            _logged[0].Clear();
            _logged[1].Clear();
        }

        foreach (string text in lines)
        {
            try
            {
                Add(LogLineJson.Read(text));
            }
            catch (FormatException)
            {
                // When nobody writes the run any more it is read again, and said to be damaged.
            }
        }
    }

    private void Add(LogLine line)
    {
        _logged[0].Add(line.Iteration, line.Loss);
        _logged[1].Add(line.Iteration, line.GradientNorm);
    }

    /// <summary>Reads the whole log of a run that nobody writes; whether it is as it should be.</summary>
    private bool ReadWhole(RunDirectory directory)
    {
        if (_isWhole || !directory.HasState)
        {
            return true;
        }

        try
        {
            IReadOnlyList<LogLine> log = directory.ReadLog();
            _lastLogged = log.Count > 0 ? log[^1] : null;
            if (withCurves)
            {
                _log = null;
                _logged[0].Clear();
                _logged[1].Clear();
                foreach (LogLine line in log)
                {
                    Add(line);
                }
            }

            return _isWhole = true;
        }
        catch (RunDirectoryException exception)
        {
            _problem = exception.Message;
            return false;
        }
    }

    /// <summary>Reads configuration and state, if they have changed.</summary>
    private void Reload()
    {
        FileStamp[] now = [.. Files.Select(name => FileStamp.Of(Path.Combine(path, name)))];
        if (_problem is null && now.AsSpan().SequenceEqual(_read) && !Array.Exists(now, stamp => stamp.IsFresh))
        {
            return;
        }

        (_read, _isWhole) = (now, false);
        Load();
        if (_directory is null)
        {
            // Its writer may have replaced one file after the other was read.
            Load();
        }
    }

    private void Load()
    {
        try
        {
            (_directory, _problem) = (RunDirectory.Load(path), null);
            _floor ??= floors.Of(_directory.Settings);
        }
        catch (RunDirectoryException exception)
        {
            (_directory, _problem) = (null, exception.Message);
        }
    }
}
