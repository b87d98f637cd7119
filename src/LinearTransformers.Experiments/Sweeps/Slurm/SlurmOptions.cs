namespace LinearTransformers.Experiments.Sweeps.Slurm;

/// <summary>What a sweep asks of a Slurm cluster. What is null is left to the cluster.</summary>
public sealed record SlurmOptions
{
    /// <summary>Tasks of the array, each with its share of the points.</summary>
    public int? Tasks { get; init; }

    /// <summary>Tasks that run at the same time at most.</summary>
    public int? Throttle { get; init; }

    /// <summary>The partition.</summary>
    public string? Partition { get; init; }

    /// <summary>The account.</summary>
    public string? Account { get; init; }

    /// <summary>The time limit of a task, as Slurm writes it: minutes, or hours:minutes:seconds.</summary>
    public string? Time { get; init; }

    /// <summary>The memory of a task, as Slurm writes it: 4G.</summary>
    public string? Memory { get; init; }

    /// <summary>Cores of a task, each of which trains a point at a time.</summary>
    public int? Cpus { get; init; }

    /// <summary>Seconds ahead of the time limit at which a task saves and queues itself again.</summary>
    public int? Ahead { get; init; }

    /// <summary>Arrays that were submitted, by their job numbers.</summary>
    public IReadOnlyList<long> Jobs { get; init; } = [];

    /// <summary>These, with what others say in their place.</summary>
    public SlurmOptions With(SlurmOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SlurmOptions
        {
            Tasks = other.Tasks ?? Tasks,
            Throttle = other.Throttle ?? Throttle,
            Partition = other.Partition ?? Partition,
            Account = other.Account ?? Account,
            Time = other.Time ?? Time,
            Memory = other.Memory ?? Memory,
            Cpus = other.Cpus ?? Cpus,
            Ahead = other.Ahead ?? Ahead,
            Jobs = Jobs,
        };
    }

    /// <summary>Whether all is the same.</summary>
    public bool Equals(SlurmOptions? other)
        => other is not null && (Tasks, Throttle, Partition, Account, Time, Memory, Cpus, Ahead)
            == (other.Tasks, other.Throttle, other.Partition, other.Account, other.Time, other.Memory, other.Cpus, other.Ahead)
            && Jobs.SequenceEqual(other.Jobs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tasks, Throttle, Partition, Account, Time, Memory, Cpus, Ahead);
}
