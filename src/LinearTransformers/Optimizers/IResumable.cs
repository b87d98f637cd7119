using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Something whose state can be saved, and taken up by another object made with the same arguments.</summary>
public interface IResumable
{
    /// <summary>Everything the next step depends on, besides its arguments.</summary>
    IReadOnlyList<Tensor> Save();

    /// <summary>Takes up what <see cref="Save"/> gave.</summary>
    /// <exception cref="TensorFormatException">A tensor is missing or has another shape.</exception>
    void Restore(TensorFile state);
}
