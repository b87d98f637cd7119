using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Tasks;

/// <summary>
/// Task vectors of which k entries, chosen anew for each prompt, are standard normal and the others 0 (Garg et al., <i>What can
/// transformers
/// learn in-context?</i>, 2022).
/// </summary>
[Part("sparse", "k standard normal entries, the others 0")]
public sealed record SparseTasks : TaskLaw
{
    private const int WordBits = 64;

    /// <summary>Entries that are not 0; all of them where there are no more.</summary>
    [Setting(Position = 1, Value = "k", AtLeast = 1, AtMost = 64)]
    public int Entries { get; init; } = 1;

    /// <inheritdoc/>
    public override int FactorCount => Entries;

    /// <inheritdoc/>
    public override double[] SecondMoment(int dimension) => Isotropic(dimension, Math.Min(1, (double)Entries / dimension));

    /// <inheritdoc/>
    public override void DrawFactors(IDraws draws, Span<float> factors)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillUniform(factors, 0, 1);
    }

    /// <inheritdoc/>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors) => ShapeAll(vector, factors, vector.Length);

    /// <inheritdoc/>
    /// <remarks>Floyd's choice of k of d places, one uniform number for each.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override unsafe void ShapeAll(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
    {
        if (Entries >= dimension)
        {
            return;
        }

        if (dimension <= WordBits)
        {
            fixed (float* entries = vectors, uniforms = factors)
            {
                ShapeShort(entries, uniforms, vectors.Length / dimension, dimension);
            }

            return;
        }

        // The places that are kept, 64 to a word. Memory on the stack is not cleared of itself.
        Span<ulong> kept = stackalloc ulong[(dimension + WordBits - 1) / WordBits];
        for (; vectors.Length >= dimension; vectors = vectors[dimension..], factors = factors[Entries..])
        {
            kept.Clear();
            for (int j = dimension - Entries; j < dimension; j++)
            {
                int place = Math.Min((int)(factors[j - dimension + Entries] * (j + 1)), j);
                place = (kept[place / WordBits] >> (place % WordBits) & 1) != 0 ? j : place;
                kept[place / WordBits] |= 1UL << (place % WordBits);
            }

            for (int i = 0; i < dimension; i++)
            {
                vectors[i] = (kept[i / WordBits] >> (i % WordBits) & 1) != 0 ? vectors[i] : 0;
            }
        }
    }

    /// <summary>The same of vectors of at most 64 entries, whose places are one word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void ShapeShort(float* entries, float* uniforms, int count, int dimension)
    {
        int chosen = Entries;
        for (; count > 0; count--, entries += dimension, uniforms += chosen)
        {
            ulong kept = 0;
            for (int j = dimension - chosen, factor = 0; j < dimension; j++, factor++)
            {
                int place = Math.Min(float.ConvertToIntegerNative<int>(uniforms[factor] * (j + 1)), j);
                kept |= (kept >> place & 1) != 0 ? 1UL << j : 1UL << place;
            }

            for (int i = 0; i < dimension; i++, kept >>= 1)
            {
                ((uint*)entries)[i] &= (uint)-(int)(kept & 1);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override unsafe bool TryShapeLanes(SingleHalfLanes* vectors, SingleHalfLanes* factors, int dimension)
    {
        if (Entries >= dimension)
        {
            return true;
        }

        Span<Vector256<int>> kept = stackalloc Vector256<int>[dimension];
        kept.Clear();
        for (int j = dimension - Entries; j < dimension; j++)
        {
            Vector256<float> uniform = ((Vector256<float>*)factors)[j - dimension + Entries];
            Vector256<int> last = Vector256.Create(j);
            Vector256<int> place = Vector256.Min(Vector256.ConvertToInt32(uniform * Vector256.Create((float)(j + 1))), last);
            Vector256<int> isTaken = Vector256<int>.Zero;
            for (int i = 0; i < j; i++)
            {
                isTaken |= kept[i] & Vector256.Equals(place, Vector256.Create(i));
            }

            place = Vector256.ConditionalSelect(isTaken, last, place);
            for (int i = 0; i <= j; i++)
            {
                kept[i] |= Vector256.Equals(place, Vector256.Create(i));
            }
        }

        for (int i = 0; i < dimension; i++)
        {
            ((Vector256<float>*)vectors)[i] &= kept[i].AsSingle();
        }

        return true;
    }
}
