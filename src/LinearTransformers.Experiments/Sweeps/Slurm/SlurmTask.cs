namespace LinearTransformers.Experiments.Sweeps.Slurm;

/// <summary>A task of an array, as Slurm has it.</summary>
/// <param name="Job">The array's job number.</param>
/// <param name="Task">The task's place in the array, from 1.</param>
/// <param name="State">Slurm's word: PENDING, RUNNING, COMPLETED, …</param>
/// <param name="Where">The nodes, or why it waits.</param>
public sealed record SlurmTask(long Job, int Task, string State, string Where)
{
    /// <summary>Whether Slurm still has it in its queue.</summary>
    public bool IsQueued { get; init; }
}
