namespace LinearTransformers.Numerics;

/// <summary>Keeps the rooms that workers compute in from one piece of work to the next; never more than worked at once.</summary>
internal sealed class ScratchPool<T>(Func<T> create)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Stack<T> _free = [];

    public T Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out T? scratch))
            {
                return scratch;
            }
        }

        return create();
    }

    public void Return(T scratch)
    {
        lock (_lock)
        {
            _free.Push(scratch);
        }
    }
}
