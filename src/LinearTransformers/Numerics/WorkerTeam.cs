using System.Runtime.ExceptionServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// A fixed number of threads that share two kinds of work: whole runs, taken first, and the blocks of a batch, which
/// threads without a run help with. Nothing computed depends on who did what, nor on how many there are.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeSleep = 2000;

    private readonly Lock _lock = new();
    private readonly List<Job> _jobs = [];
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private int _sleeping;
    private long _nextNumber;
    private volatile bool _disposed;

    /// <summary>A team of this many threads, the caller's among them.</summary>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = $"worker {i + 1}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Threads, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>
    /// Calls the body once for each index below the count and returns when all are done. Threads of the team that
    /// have nothing else to do take part. If bodies throw, the rest is still done and the first exception is rethrown.
    /// </summary>
    public void For(int count, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Job job = new(count, body);
        if (_helpers.Length == 0 || count <= 1)
        {
            job.TakePart();
            job.ThrowIfFailed();
            return;
        }

        Offer(job);
        Finish(job);
    }

    private void Offer(Job job)
    {
        lock (_lock)
        {
            job.Number = _nextNumber++;
            _jobs.Add(job);
        }

        int sleeping = Volatile.Read(ref _sleeping);
        if (sleeping > 0)
        {
            _wake.Release(Math.Min(sleeping, job.Count));
        }
    }

    /// <summary>Takes part until nothing is left, and waits for what others have taken.</summary>
    private void Finish(Job job)
    {
        job.TakePart();
        lock (_lock)
        {
            _jobs.Remove(job);
        }

        // While others finish theirs, help with what they have begun since: a run's batches, say. Jobs before this one
        // are not touched, so waits stay nested and end.
        SpinWait spin = default;
        while (!job.IsDone)
        {
            if (FindJob(after: job.Number) is { } newer)
            {
                newer.TakePart();
                spin.Reset();
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        job.ThrowIfFailed();
    }

    /// <summary>
    /// Begins a piece of work that is wanted later: a thread with nothing else to do takes it up, and if none has by the time that it is
    /// waited for, the one that waits does it.
    /// </summary>
    internal Begun Begin(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Job job = new(1, _ => body());
        if (_helpers.Length > 0)
        {
            Offer(job);
        }

        return new Begun(this, job);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        if (_helpers.Length > 0)
        {
            _wake.Release(_helpers.Length);
        }

        foreach (Thread helper in _helpers)
        {
            helper.Join();
        }

        _wake.Dispose();
    }

    private void Help()
    {
        int spins = 0;
        while (!_disposed)
        {
            if (FindJob(after: -1) is { } job)
            {
                job.TakePart();
                spins = 0;
            }
            else if (++spins < SpinsBeforeSleep)
            {
                Thread.SpinWait(20);
            }
            else
            {
                Interlocked.Increment(ref _sleeping);
                if (FindJob(after: -1) is null && !_disposed)
                {
                    _wake.Wait(millisecondsTimeout: 100);
                }

                Interlocked.Decrement(ref _sleeping);
                spins = 0;
            }
        }
    }

    /// <summary>The oldest job after a number with work left: whole runs come before the blocks of their batches.</summary>
    private Job? FindJob(long after)
    {
        lock (_lock)
        {
            foreach (Job job in _jobs)
            {
                if (job.Number > after && job.HasWorkLeft)
                {
                    return job;
                }
            }
        }

        return null;
    }

    /// <summary>Work that was begun.</summary>
    internal sealed class Begun
    {
        private readonly WorkerTeam _team;
        private readonly Job _job;

        internal Begun(WorkerTeam team, object job) => (_team, _job) = (team, (Job)job);

        /// <summary>Takes it back, undone, if nobody has taken it up.</summary>
        public bool TryTakeBack()
        {
            if (!_job.TryTakeBack())
            {
                return false;
            }

            lock (_team._lock)
            {
                _team._jobs.Remove(_job);
            }

            return true;
        }

        /// <summary>Returns when it is done; rethrows what it threw.</summary>
        public void Wait() => _team.Finish(_job);
    }

    private sealed class Job(int count, Action<int> body)
    {
        public int Count => count;

        private int _next;
        private int _done;
        private Exception? _failure;

        /// <summary>In the order of their beginning.</summary>
        public long Number { get; set; }

        public bool IsDone => Volatile.Read(ref _done) == count;

        public bool HasWorkLeft => Volatile.Read(ref _next) < count;

        public bool TryTakeBack() => Interlocked.CompareExchange(ref _next, count, 0) == 0;

        public void TakePart()
        {
            for (int i = Interlocked.Increment(ref _next) - 1; i < count; i = Interlocked.Increment(ref _next) - 1)
            {
                try
                {
                    body(i);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref _failure, exception, null);
                }

                Interlocked.Increment(ref _done);
            }
        }

        public void ThrowIfFailed()
        {
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
