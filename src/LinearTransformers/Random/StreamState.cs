namespace LinearTransformers.Random;

/// <summary>The state of a stream as plain words, for a snapshot of a run.</summary>
/// <param name="Words">What the stream wrote, in its own order.</param>
public sealed record StreamState(uint[] Words);
