namespace LinearTransformers.Numerics;

/// <summary>What a double-precision bundle must offer for each lane to go its own way.</summary>
internal interface ISelectingLane<TSelf> : IElementaryLane<TSelf>
    where TSelf : unmanaged, ISelectingLane<TSelf>
{
    /// <summary>Lane by lane, <paramref name="then"/> where a &gt; b, otherwise (with NaN too) <paramref name="otherwise"/>.</summary>
    static abstract TSelf SelectGreater(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary>Whether a &gt; b in any lane.</summary>
    static abstract bool AnyGreater(TSelf a, TSelf b);
}
