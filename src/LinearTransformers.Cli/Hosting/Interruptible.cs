using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace LinearTransformers.Cli.Hosting;

/// <summary>
/// Work that may be left where it is, since nothing of it is lost that could be gone on with: what does not end by itself
/// soon after it is asked to stop, because it waits for a pipe or is in the middle of one long thing, is not waited for.
/// </summary>
internal static class Interruptible
{
    /// <summary>As deep as the main thread's.</summary>
    private const int StackSize = 8 << 20;

    /// <summary>So long after the request to stop work is waited for.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Does the work on another thread and returns what it returns, or throws what it throws.</summary>
    /// <param name="work">The work.</param>
    /// <param name="stop">Asks it to stop.</param>
    /// <param name="isSaving">Whether it is in a part that has to be waited for after all; null where it never is.</param>
    /// <exception cref="OperationCanceledException">
    /// It was asked to stop, and did not in time. Its thread ends with the process.
    /// </exception>
    public static T Run<T>(Func<T> work, CancellationToken stop, Func<bool>? isSaving = null)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;

        // Not disposed: the thread may set it long after it was waited for.
        ManualResetEventSlim done = new();
        Thread thread = new(Body, StackSize) { IsBackground = true, Name = "command" };
        thread.Start();
        if (WaitHandle.WaitAny([done.WaitHandle, stop.WaitHandle]) != 0)
        {
            WaitALittle(done, isSaving, stop);
        }

        failure?.Throw();
        return result;

        void Body()
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        }
    }

    private static void WaitALittle(ManualResetEventSlim done, Func<bool>? isSaving, CancellationToken stop)
    {
        long since = Stopwatch.GetTimestamp();
        while (!done.Wait(BetweenLooks, CancellationToken.None))
        {
            if (isSaving?.Invoke() == true)
            {
                since = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(since) >= Grace)
            {
                throw new OperationCanceledException(stop);
            }
        }
    }
}
