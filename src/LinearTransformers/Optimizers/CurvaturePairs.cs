using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>
/// The memory of L-BFGS: the latest pairs (s, y) of a move and the change of the gradient along it, each with
/// ρ = 1/yᵀs, and the scale γ = yᵀs/yᵀy of the newest. Together they stand for an inverse Hessian H: γI, taken through
/// H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ for each pair, oldest first. H itself is never formed.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class CurvaturePairs<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string MovesName = "optimizer.old_stps";
    private const string ChangesName = "optimizer.old_dirs";
    private const string InverseCurvaturesName = "optimizer.ro";
    private const string ScaleName = "optimizer.H_diag";

    private readonly int _length;
    private readonly int _capacity;
    private readonly T[] _moves;
    private readonly T[] _changes;
    private readonly T[] _inverseCurvatures;
    private readonly T[] _alphas;
    private readonly List<(int Slot, T[] Move, T[] Change, T InverseCurvature)> _replaced = [];
    private (T Scale, int Oldest, int Count)? _marked;
    private T _scale = T.One;
    private int _oldest;

    /// <summary>No pairs yet: H = I.</summary>
    /// <param name="length">Entries of s and of y.</param>
    /// <param name="capacity">Pairs that are remembered; after that each new one replaces the oldest.</param>
    public CurvaturePairs(int length, int capacity)
    {
        if ((long)length * capacity > Array.MaxLength)
        {
            throw new ArgumentException(
                $"a history of {capacity} pairs of {length} parameters is too large: at most {Array.MaxLength / length} pairs fit");
        }

        (_length, _capacity) = (length, capacity);
        _moves = new T[length * capacity];
        _changes = new T[length * capacity];
        _inverseCurvatures = new T[capacity];
        _alphas = new T[capacity];
    }

    /// <summary>Pairs remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers a pair.</summary>
    /// <param name="move">s.</param>
    /// <param name="change">y.</param>
    /// <param name="curvature">yᵀs, positive.</param>
    public void Add(ReadOnlySpan<T> move, ReadOnlySpan<T> change, T curvature)
    {
        int slot = Slot(Count);
        if (Count == _capacity)
        {
            if (_marked is not null && _replaced.Count < _capacity)
            {
                _replaced.Add((slot, Row(_moves, slot).ToArray(), Row(_changes, slot).ToArray(), _inverseCurvatures[slot]));
            }

            _oldest = Slot(1);
        }
        else
        {
            Count++;
        }

        move.CopyTo(Row(_moves, slot));
        change.CopyTo(Row(_changes, slot));
        _inverseCurvatures[slot] = T.One / curvature;
        _scale = curvature / T.CreateTruncating(FixedOrder.Dot(change, change));
    }

    /// <summary>Remembers how things stand, to be able to go back there.</summary>
    public void Mark()
    {
        _replaced.Clear();
        _marked = (_scale, _oldest, Count);
    }

    /// <summary>Forgets what was added since <see cref="Mark"/>.</summary>
    public void ReturnToMark()
    {
        // Slots come in turn, and the first of each was kept.
        foreach ((int slot, T[] move, T[] change, T inverseCurvature) in _replaced)
        {
            move.CopyTo(Row(_moves, slot));
            change.CopyTo(Row(_changes, slot));
            _inverseCurvatures[slot] = inverseCurvature;
        }

        (_scale, _oldest, Count) = _marked!.Value;
    }

    /// <summary>
    /// q ← H q, by the two loops of Nocedal (1980). Write V = I − ρ y sᵀ: H q = V₁ᵀ…V_kᵀ γ V_k…V₁ q plus rank-one
    /// terms. Newest to oldest, α = ρ sᵀq and q ← q − α y is V q; then q ← γ q; oldest to newest, β = ρ yᵀq and
    /// q ← q + (α − β) s adds the rank-one term α s to Vᵀ q = q − β s.
    /// </summary>
    public void Apply(Span<T> q)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            int slot = Slot(i);
            T alpha = T.CreateTruncating(FixedOrder.Dot<T>(Row(_moves, slot), q)) * _inverseCurvatures[slot];
            _alphas[i] = alpha;
            FixedOrder.AddScaled(q, -alpha, Row(_changes, slot));
        }

        foreach (ref T entry in q)
        {
            entry *= _scale;
        }

        for (int i = 0; i < Count; i++)
        {
            int slot = Slot(i);
            T beta = T.CreateTruncating(FixedOrder.Dot<T>(Row(_changes, slot), q)) * _inverseCurvatures[slot];
            FixedOrder.AddScaled(q, _alphas[i] - beta, Row(_moves, slot));
        }
    }

    /// <summary>The pairs, oldest first, and the scale.</summary>
    public IEnumerable<Tensor> Save()
    {
        T[] inverseCurvatures = new T[Count];
        for (int i = 0; i < Count; i++)
        {
            inverseCurvatures[i] = _inverseCurvatures[Slot(i)];
        }

        return
        [
            Tensor.Of(MovesName, InOrder(_moves), Count, _length),
            Tensor.Of(ChangesName, InOrder(_changes), Count, _length),
            Tensor.Vector(InverseCurvaturesName, inverseCurvatures),
            Tensor.Scalar(ScaleName, _scale),
        ];
    }

    /// <summary>Takes up what <see cref="Save"/> gave.</summary>
    public void Restore(TensorFile state)
    {
        int count = state.Get<T>(InverseCurvaturesName, TensorFile.AnyLength).Length;
        if (count > _capacity)
        {
            throw new TensorFormatException(
                $"tensor \"{InverseCurvaturesName}\" has {count} entries; it should have {_capacity} at most, the history's size.");
        }

        ReadOnlySpan<T> moves = state.Get<T>(MovesName, count, _length).Span;
        ReadOnlySpan<T> changes = state.Get<T>(ChangesName, count, _length).Span;
        T scale = state.GetScalar<T>(ScaleName);
        moves.CopyTo(_moves);
        changes.CopyTo(_changes);
        state.Get<T>(InverseCurvaturesName).Span.CopyTo(_inverseCurvatures);
        (_scale, _oldest, Count) = (scale, 0, count);
    }

    private T[] InOrder(T[] rows)
    {
        T[] ordered = new T[Count * _length];
        for (int i = 0; i < Count; i++)
        {
            Row(rows, Slot(i)).CopyTo(ordered.AsSpan(i * _length));
        }

        return ordered;
    }

    /// <summary>Where the i-th oldest pair is.</summary>
    private int Slot(int i) => _oldest + i < _capacity ? _oldest + i : _oldest + i - _capacity;

    private Span<T> Row(T[] rows, int slot) => rows.AsSpan(slot * _length, _length);
}
