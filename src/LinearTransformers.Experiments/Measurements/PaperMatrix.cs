using System.Globalization;
using LinearTransformers.Models;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>A parameter matrix under its name in paper [1]: B is P̂, A is Q̂ (of which the paper's A is the transpose).</summary>
/// <param name="Name">For tables: B0.</param>
/// <param name="Label">For figures: B₀.</param>
/// <param name="Offset">Where it begins among the parameters.</param>
/// <param name="IsQuery">Whether it is an A.</param>
internal sealed record PaperMatrix(string Name, string Label, int Offset, bool IsQuery)
{
    /// <summary>The matrices that matter, for one head: the last P̂ has no influence.</summary>
    public static IEnumerable<PaperMatrix> Of(LinearTransformerShape shape)
        => Values(shape).Concat(Queries(shape));

    public static IEnumerable<PaperMatrix> Values(LinearTransformerShape shape)
        => Enumerable.Range(0, shape.Layers - 1).Select(layer => new PaperMatrix($"B{layer}", "B" + Subscript(layer), shape.OffsetOfP(layer, 0), false));

    public static IEnumerable<PaperMatrix> Queries(LinearTransformerShape shape)
        => Enumerable.Range(0, shape.Layers).Select(layer => new PaperMatrix($"A{layer}", "A" + Subscript(layer), shape.OffsetOfQ(layer, 0), true));

    /// <summary>A layer's number below the line: ₀.</summary>
    public static string Subscript(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('₀' + (digit - '0'))));
}
