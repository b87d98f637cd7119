namespace LinearTransformers.Random;

/// <summary>Where random numbers come from. The order of calls is part of what a seed means.</summary>
public interface IStream : IDraws
{
    /// <summary>Starts anew from a seed.</summary>
    void Seed(ulong seed);

    /// <summary>Normal numbers for a view into a larger tensor, which PyTorch draws one by one.</summary>
    void FillNormalView(Span<float> destination);

    /// <summary>The weights and biases of a linear layer as PyTorch initialises it.</summary>
    void FillLinearLayer(Span<float> weights, Span<float> biases, int inputs);

    /// <summary>Everything the next draws depend on.</summary>
    StreamState Save();

    /// <summary>Takes up a saved state.</summary>
    /// <exception cref="ArgumentException">The state is not one of this stream.</exception>
    void Restore(StreamState state);
}
