using LinearTransformers.Random;

namespace LinearTransformers.Tests.Tables;

/// <summary>Tensors that are given instead of drawn, one after another.</summary>
internal sealed class GivenNumbers(params float[][] tensors) : IStream
{
    private int _next;

    public void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
    {
        Assert.Equal(tensors[_next].Length, destination.Length);
        tensors[_next++].CopyTo(destination);
    }

    public void FillUniform(Span<float> destination, float low, float high) => throw new NotSupportedException();

    public void FillGamma(Span<float> destination, double shape, double scale) => throw new NotSupportedException();

    public void Seed(ulong seed) => throw new NotSupportedException();

    public void FillNormalView(Span<float> destination) => throw new NotSupportedException();

    public void FillLinearLayer(Span<float> weights, Span<float> biases, int inputs) => throw new NotSupportedException();

    public StreamState Save() => throw new NotSupportedException();

    public void Restore(StreamState state) => throw new NotSupportedException();
}
