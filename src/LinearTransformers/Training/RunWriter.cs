namespace LinearTransformers.Training;

/// <summary>Who is writing a run.</summary>
/// <param name="Process">The number of the process; 0 where it is not known.</param>
/// <param name="Host">The machine it runs on; empty where it is not known.</param>
public sealed record RunWriter(int Process, string Host)
{
    /// <summary>This process.</summary>
    public static RunWriter Current => new(Environment.ProcessId, Environment.MachineName);

    /// <summary>"process 123 on a machine".</summary>
    public override string ToString()
        => Process == 0 ? "another process" : FormattableString.Invariant($"process {Process} on {Host}");
}
