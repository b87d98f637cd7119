using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Laws;

/// <summary>
/// How vectors, covariates or tasks, are drawn. Every vector begins as d entries, standard normal unless the law fills them itself, and as
/// some factors, which are drawn after all entries of the batch; <see cref="Shape"/> then makes the vector of both. Entries and factors
/// are drawn in the order of the stream, and shaping is done by any thread, as often as a vector is read.
/// </summary>
public abstract record VectorLaw : Part
{
    /// <summary>Whether entries begin as standard normal numbers, which are drawn fastest.</summary>
    public virtual bool HasNormalEntries => true;

    /// <summary>
    /// Whether <see cref="Shape"/> reads entries. They are drawn all the same, since the order of the stream has them, but nothing is made
    /// of their draws where it does not.
    /// </summary>
    internal virtual bool ReadsEntries => true;

    /// <summary>Fills entries, where they are not normal.</summary>
    /// <param name="draws">Where numbers come from.</param>
    /// <param name="entries">The entries of any number of vectors.</param>
    public virtual void FillEntries(IDraws draws, Span<float> entries)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillNormal(entries);
    }

    /// <summary>Factors of a vector.</summary>
    public virtual int FactorCount => 0;

    /// <summary>Draws factors.</summary>
    /// <param name="draws">Where numbers come from.</param>
    /// <param name="factors">The factors of any number of vectors; each is drawn alike.</param>
    public virtual void DrawFactors(IDraws draws, Span<float> factors)
    {
    }

    /// <summary>Whether <see cref="Shape"/> changes anything.</summary>
    public virtual bool IsShaped => FactorCount > 0;

    /// <summary>Makes a vector, in place, of its entries and factors.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="factors">Its factors.</param>
    public virtual void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
    }

    /// <summary>Shapes vectors that lie one behind another, as <see cref="Shape"/> does each.</summary>
    /// <param name="vectors">Their entries.</param>
    /// <param name="factors">Their factors.</param>
    /// <param name="dimension">d.</param>
    internal virtual void ShapeAll(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
    {
        int count = FactorCount;
        for (int v = 0; v < vectors.Length / dimension; v++)
        {
            Shape(vectors.Slice(v * dimension, dimension), factors.Slice(v * count, count));
        }
    }
}
