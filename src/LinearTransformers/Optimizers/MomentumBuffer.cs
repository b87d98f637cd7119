using System.Numerics;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>b ← μ b + what a step adds, with b = 0 at the start, and how it is saved.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class MomentumBuffer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string Name = "optimizer.momentum_buffer";

    private readonly T _momentum;
    private readonly T[] _entries;

    /// <summary>A buffer of zeros.</summary>
    /// <param name="count">Entries; none where there is no momentum to keep.</param>
    /// <param name="momentum">μ, at least 0.</param>
    public MomentumBuffer(int count, double momentum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        _momentum = T.CreateTruncating(momentum);
        _entries = new T[count];
    }

    /// <summary>Whether none is kept.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>b.</summary>
    public ReadOnlySpan<T> Entries => _entries;

    /// <summary>Adds to an entry, and gives it back.</summary>
    public T Add(int entry, T term) => _entries[entry] = (_entries[entry] * _momentum) + term;

    /// <summary>The buffer as it is saved; nothing where none is kept.</summary>
    public IReadOnlyList<Tensor> Save() => IsEmpty ? [] : [Tensor.Vector(Name, (T[])_entries.Clone())];

    /// <summary>Takes up what was saved.</summary>
    public void Restore(TensorFile state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!IsEmpty)
        {
            state.Get<T>(Name, _entries.Length).CopyTo(_entries);
        }
    }
}
