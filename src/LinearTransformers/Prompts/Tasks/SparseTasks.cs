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
    /// <remarks>Floyd's choice of k of d places, one uniform number for each.</remarks>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
        int d = vector.Length;
        if (Entries >= d)
        {
            return;
        }

        // Memory on the stack is not cleared of itself.
        Span<bool> isKept = stackalloc bool[d];
        isKept.Clear();
        for (int j = d - Entries; j < d; j++)
        {
            int place = Math.Min((int)(factors[j - d + Entries] * (j + 1)), j);
            isKept[isKept[place] ? j : place] = true;
        }

        for (int i = 0; i < d; i++)
        {
            vector[i] = isKept[i] ? vector[i] : 0;
        }
    }
}
