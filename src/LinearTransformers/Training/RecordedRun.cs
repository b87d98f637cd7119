using System.Diagnostics;
using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Training;

/// <summary>Runs a run into its directory: takes it up where it was saved, saves it now and then and at the end.</summary>
public static class RecordedRun
{
    /// <summary>Time between two saves, where saving is quick: what is lost when the process is killed.</summary>
    private static readonly TimeSpan TimeBetweenSaves = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time after which a line of progress is due: there is one at least every second where iterations take no longer than that.
    /// </summary>
    private static readonly TimeSpan TimeBetweenLines = TimeSpan.FromSeconds(0.5);

    /// <summary>Where it is not, training goes on for so many times what the last save took.</summary>
    private const int TrainingPerSaving = 19;

    /// <summary>
    /// Goes on until the end, divergence, or a request to stop, whichever comes first. A run that is finished is not
    /// repeated; what it logged is called again in any case.
    /// </summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="team">Who shares the work on a batch; null for the caller alone.</param>
    /// <param name="onLog">Called with every log line, those logged in earlier sittings first.</param>
    /// <param name="onIteration">Called after each iteration with the number done and the last loss.</param>
    /// <param name="saveEvery">
    /// Time between two saves, 0 to save after every iteration; null for 5 seconds, or more where saving would take more than a
    /// twentieth of the time.
    /// </param>
    /// <param name="seat">The run's seat among those that draw from the same seed; null for drawing alone.</param>
    /// <param name="stop">Stops between two iterations.</param>
    /// <returns>The run as it is then.</returns>
    /// <exception cref="RunDirectoryException">A file of the run is damaged.</exception>
    /// <exception cref="RunWriteException">
    /// The run cannot be written, or its folder was deleted or replaced; what was saved before stays.
    /// </exception>
    /// <exception cref="ArgumentException">T is not the number type of the settings' precision.</exception>
    public static TrainingRun<T> Continue<T>(
        RunDirectory directory,
        WorkerTeam? team = null,
        Action<LogLine>? onLog = null,
        Action<int, double>? onIteration = null,
        TimeSpan? saveEvery = null,
        SharedStream.Seat? seat = null,
        CancellationToken stop = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (saveEvery < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(saveEvery), saveEvery, "it must be at least 0");
        }

        directory.CheckNumberType<T>();
        bool hasState = directory.HasState;
        TrainingRun<T> run = new(directory.Settings, team, covariance: null, seat, hasState ? null : directory.InitialParameters());
        if (hasState)
        {
            directory.Restore(run);
            foreach (LogLine line in run.Log)
            {
                onLog?.Invoke(line);
            }

            onIteration?.Invoke(run.Iteration, run.LastLoss);
        }

        if (run.Status is not RunStatus.Unfinished)
        {
            return run;
        }

        double earlier = directory.Seconds;
        long start = Stopwatch.GetTimestamp();
        long lastSave = start;
        long lastLine = start;
        TimeSpan untilNext = saveEvery ?? TimeBetweenSaves;
        if (!hasState && run.Settings.InitialRun is not null)
        {
            // From here on the folder has the parameters itself.
            Save();
        }

        run.Run(onLog, AfterIteration, stop);
        Save();
        return run;

        void AfterIteration()
        {
            onIteration?.Invoke(run.Iteration, run.LastLoss);
            if (run.Status is not RunStatus.Unfinished)
            {
                return;
            }

            long now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(lastLine, now) >= TimeBetweenLines)
            {
                lastLine = now;
                int t = run.Iteration - 1;
                directory.Report(new ProgressLine(
                    t, run.LastLoss, run.LastGradientNorm, run.Settings.StepSize(t), earlier + Seconds(start, now)));
            }

            if (Stopwatch.GetElapsedTime(lastSave, now) >= untilNext)
            {
                long beforeSave = Stopwatch.GetTimestamp();
                Save();
                lastSave = Stopwatch.GetTimestamp();
                TimeSpan taken = Stopwatch.GetElapsedTime(beforeSave, lastSave);
                untilNext = saveEvery ?? (taken * TrainingPerSaving > TimeBetweenSaves ? taken * TrainingPerSaving : TimeBetweenSaves);
            }
        }

        void Save()
        {
            try
            {
                directory.Save(run, earlier + Seconds(start, Stopwatch.GetTimestamp()));
            }
            catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not RunWriteException)
            {
                throw new RunWriteException(
                    $"{directory.Path} cannot be written ({exception.Message.TrimEnd('.')}): the run goes on from iteration "
                        + $"{directory.Iteration}, where it was saved last, when there is room for it and the same is asked for again",
                            exception);
            }
        }
    }

    private static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;
}
