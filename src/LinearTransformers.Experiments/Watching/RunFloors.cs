using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Watching;

/// <summary>
/// The least exact loss for runs' settings. Some take seconds, so that they are computed one after the other on a thread of the pool, and
/// are known later.
/// </summary>
internal sealed class RunFloors
{
    private readonly ExactFloors _floors = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Begins to compute the floor of a run: its name and value, null where theory has none.</summary>
    public Task<(string Name, double Value)?> Of(TrainingSettings settings)
    {
        Task<(string, double)?> next = _last.ContinueWith(
            _ => Compute(settings), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _last = next;
        return next;
    }

    private (string Name, double Value)? Compute(TrainingSettings settings)
    {
        try
        {
            return _floors.Of(settings) is [.., { } least] ? (least.Name, least.Value) : null;
        }
        catch (AbsentPartException)
        {
            // A run of a program with parts of its own, of which nothing is known here.
            return null;
        }
    }
}
