using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>
/// Residuals of a batch, prompt by prompt, and of dual numbers their derivatives with respect to an entry of the prompts.
/// </summary>
/// <typeparam name="TPlain">Bundles, or shares of them.</typeparam>
/// <typeparam name="TNumber">A lane of these.</typeparam>
/// <param name="bundles">Bundles of the batch.</param>
/// <param name="parts">Plain bundles in what the kernel computes with: 1, or 2 for dual numbers.</param>
/// <param name="entry">The entry that the derivatives are with respect to; of dual numbers only.</param>
internal sealed unsafe class KeptResiduals<TPlain, TNumber>(int bundles, int parts, int entry)
    where TPlain : unmanaged, ILane<TPlain, TNumber>
    where TNumber : unmanaged
{
    private readonly AlignedBuffer<TPlain> _values = new((long)bundles * Bundle.Shares<TPlain, TNumber>() * parts);

    /// <summary>Gives the entry a tangent of 1. Of dual numbers, whose prompts are copies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Seed(TPlain* prompts)
    {
        if (parts > 1)
        {
            prompts[((nint)entry * parts) + 1] = TPlain.One;
        }
    }

    /// <summary>Keeps the residuals of a share; called from several threads, for different ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Keep(TPlain* residual, int bundle, int share)
    {
        TPlain* place = _values.Pointer + ((((long)bundle * Bundle.Shares<TPlain, TNumber>()) + share) * parts);
        for (int part = 0; part < parts; part++)
        {
            place[part] = residual[part];
        }
    }

    /// <summary>All of them: a number for each prompt and part.</summary>
    public void CopyTo(Span<TNumber> residuals, int prompts)
    {
        TNumber* numbers = (TNumber*)_values.Pointer;
        for (int prompt = 0; prompt < prompts; prompt++)
        {
            for (int part = 0; part < parts; part++)
            {
                long share = ((long)(prompt / TPlain.Count) * parts) + part;
                residuals[(prompt * parts) + part] = numbers[(share * TPlain.Count) + (prompt % TPlain.Count)];
            }
        }

        GC.KeepAlive(this);
    }
}
