using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>
/// How far a run was saved, and what its history and log must be then. They are saved before the state, so that they may be further on.
/// </summary>
/// <param name="Settings">Its settings.</param>
/// <param name="State">How far it was saved.</param>
internal readonly record struct SavedRun(TrainingSettings Settings, RunState State)
{
    /// <summary>Whether a history is this run's.</summary>
    /// <param name="history">The history.</param>
    /// <param name="path">Its file.</param>
    /// <param name="version">The version of that: in version 1 a covariance given by hand stood in the history alone.</param>
    /// <exception cref="RunDirectoryException">It is not.</exception>
    public void Check<T>(History<T> history, string path, int version)
        where T : unmanaged
    {
        bool isGiven = Settings.GivenCovariance is not null;
        bool canBe = isGiven || (Settings.Covariance is not IdentityCovariance && !Settings.Covariance.IsOfPrompt);
        bool mustBe = isGiven || !Settings.Covariance.CanBeIdentity;
        bool isThere = history.Covariance is not null;
        if ((mustBe && !isThere) || (isThere && !canBe && version > 1))
        {
            throw new RunDirectoryException(
                $"{path}: tensors \"U\" and \"D\" should {(mustBe ? "" : "not ")}be there, as config.json says "
                    + (isGiven ? "given-covariance" : $"covariance {Parts.TextOf(Settings.Covariance)}"));
        }

        if (Settings.GivenCovariance is { } given && !given.Equals(history.Covariance))
        {
            throw new RunDirectoryException($"{path}: tensors \"U\" and \"D\" should be those of given-covariance in config.json");
        }

        if (Settings.InitialHash is { } hash && history.Count > 0 && history.Iterations[0] == 0
            && InitialParameters.HashOf(history[0]) != hash)
        {
            throw new RunDirectoryException(
                $"{path}: the parameters at iteration 0 should be those of init and init-sha256 in config.json");
        }

        if (history.Count > 0 && history.Iterations[^1] > Settings.MaxIterations)
        {
            throw new RunDirectoryException(
                $"{path}: tensor \"iteration\" ends at {history.Iterations[^1]}; it should be at most {Settings.MaxIterations}, the "
                    + "run's max-iters");
        }

        Check(history.Iterations, RecordedIterations.Snapshots(Settings, State.Iteration, State.Status), path, "kept");
    }

    /// <summary>Whether a log, whose lines are right one by one, is this run's.</summary>
    /// <param name="log">The log.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="RunDirectoryException">It is not.</exception>
    public void Check(IReadOnlyList<LogLine> log, string path)
    {
        TrainingSettings settings = Settings;
        long last = Settings.MaxIterations - 1;
        bool hasLast = State.Iteration > last && State.Version > 1 && RecordedIterations.IsLoggedAsTheLast(Settings, last);
        IEnumerable<long> expected = RecordedIterations.Logged(Settings, State.Iteration, State.Status).Concat(hasLast ? [last] : []);

        // A line that stands only because the run ended there once: it goes when the longer run is saved.
        long? earlierLast = State.EarlierEnd - 1;
        IEnumerable<long> logged = log.Select(line => (long)line.Iteration)
            .Where(t => t != earlierLast || RecordedIterations.IsLogged(settings, t));
        Check([.. logged], expected, path, "logged");
    }

    /// <summary>Whether a line of the log can be one of this run's.</summary>
    /// <param name="line">The line.</param>
    /// <param name="previous">The iteration of the line before; -1 for the first.</param>
    /// <exception cref="FormatException">It cannot.</exception>
    public void Check(LogLine line, int previous)
    {
        if (line.Iteration <= previous || line.Iteration >= Settings.MaxIterations)
        {
            throw new FormatException(
                $"iteration is {line.Iteration}; it should be "
                    + $"{(previous < 0 ? "at least 0" : $"above {previous}, that of the line before,")} and below "
                    + $"{Settings.MaxIterations}, the run's max-iters");
        }

        if (line.Loss < 0 || line.GradientNorm < 0)
        {
            (string name, double value) = line.Loss < 0 ? ("loss", line.Loss) : ("gradientNorm", line.GradientNorm);
            throw new FormatException(FormattableString.Invariant($"{name} is {value:R}; it should be at least 0"));
        }
    }

    /// <summary>Refuses other iterations than a run of these settings has, up to where it was saved.</summary>
    private void Check(IReadOnlyList<long> iterations, IEnumerable<long> expected, string path, string what)
    {
        if (State.ImportedFrom is not null)
        {
            return;
        }

        int i = 0;
        foreach (long t in expected)
        {
            if (i == iterations.Count || iterations[i] != t)
            {
                throw new RunDirectoryException(
                    $"{path}: iteration {t} should be there, which a run of {State.Iteration} iterations has {what}, and is not");
            }

            i++;
        }

        if (i < iterations.Count && iterations[i] < State.Iteration)
        {
            throw new RunDirectoryException(
                $"{path}: iteration {iterations[i]} should not be there, which a run of these settings has not {what}");
        }
    }
}
