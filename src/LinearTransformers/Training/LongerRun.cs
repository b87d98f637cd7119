using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>
/// A run that is asked for more iterations than it has goes on from where it is: it is the same run if nothing but <c>max-iters</c>
/// differs, and no learning rate depends on that.
/// </summary>
internal static class LongerRun
{
    /// <summary>Whether a run of some settings, gone on with, is one of others.</summary>
    /// <param name="shorter">Those that it has.</param>
    /// <param name="longer">The others.</param>
    public static bool GoesOn(TrainingSettings shorter, TrainingSettings longer)
        => shorter.MaxIterations < longer.MaxIterations && !longer.Schedule.DependsOnIterations && AreAlike(shorter, longer);

    /// <summary>Why a run that a folder holds is not the one that is asked for, and is not gone on with as that; null if it is.</summary>
    /// <param name="there">The settings in the folder.</param>
    /// <param name="asked">Those that are asked for.</param>
    /// <param name="read">Reads how far the run there was saved.</param>
    /// <returns>The end of a sentence that begins with the folder.</returns>
    public static string? Refusal(TrainingSettings there, TrainingSettings asked, Func<RunState> read)
    {
        if (there == asked)
        {
            return null;
        }

        RunState? state = AreAlike(there, asked) ? read() : null;
        if (state is null or { ImportedFrom: not null })
        {
            return $"holds a run of other settings ({SettingDifference.Describe(there, "there", asked, "here")}): choose another folder";
        }

        string run = $"holds this run with max-iters {there.MaxIterations}";
        return asked.Schedule.DependsOnIterations
            ? $"{run}, and with schedule {Parts.TextOf(asked.Schedule)} one of {asked.MaxIterations} is another from its start: choose "
                + "another folder"
            : asked.MaxIterations < there.MaxIterations
            ? $"{run}, of which {state.Iteration} are done: max-iters must be {there.MaxIterations}, or more to go on with it; choose "
                + $"another folder for a run of {asked.MaxIterations}"
            : state.Status is RunStatus.Diverged
            ? $"{run}, which diverged at iteration {state.Iteration}: max-iters must be {there.MaxIterations}, since it cannot go on; or "
                + "choose another folder"
            : null;
    }

    private static bool AreAlike(TrainingSettings one, TrainingSettings other)
        => one with { MaxIterations = other.MaxIterations } == other;
}
