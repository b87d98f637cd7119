using System.Runtime.ExceptionServices;
using LinearTransformers.Random;

namespace LinearTransformers.Experiments.Runs;

/// <summary>Runs that draw from one seed, each on a thread of its own, of which one is at work at a time.</summary>
internal static class InTurns
{
    /// <summary>Calls the body once for each run, with its seat; when all are done, the first exception is rethrown.</summary>
    public static void Run(int count, Action<SharedStream.Seat, int> body)
    {
        SharedStream shared = new(count);
        Exception? failure = null;
        Thread[] others = [.. Enumerable.Range(1, count - 1)
            .Select(i => new Thread(() => RunOne(i)) { IsBackground = true, Name = $"in turn {i}" })];
        foreach (Thread thread in others)
        {
            thread.Start();
        }

        RunOne(0);
        foreach (Thread thread in others)
        {
            thread.Join();
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        void RunOne(int i)
        {
            using SharedStream.Seat seat = shared.Take(i);
            try
            {
                body(seat, i);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }
        }
    }
}
