namespace LinearTransformers.Experiments.Sweeps.Slurm;

/// <summary>Slurm is not there, or refuses; the message says what, in one line.</summary>
public sealed class SlurmException : Exception
{
    /// <summary>With a one-line message.</summary>
    public SlurmException(string message)
        : base(message)
    {
    }
}
