using System.Globalization;
using System.Numerics;
using LinearTransformers.Models;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// A parameter matrix under its name in the papers: in paper [1] B is P̂, and A is Q̂ (of which the paper's A is the transpose); the
/// nonlinear-regression model of paper [2] has P and Q. Where there are several heads, each has a number from 1. Where all layers have the
/// same there is one of them, said to be tied, in place of its layer's number.
/// </summary>
/// <param name="Name">For tables: B0.</param>
/// <param name="Label">For figures: B₀.</param>
/// <param name="Offset">Where it begins among the parameters.</param>
/// <param name="Size">Its entries.</param>
/// <param name="IsQuery">Whether it is an A, or a Q.</param>
/// <param name="End">What stands behind the letter and the layer: the head's number where there are several, and "tied".</param>
internal sealed record PaperMatrix(string Name, string Label, int Offset, int Size, bool IsQuery, string End)
{
    /// <summary>The name of D Uᵀ A U D for an A, in letters that every terminal has.</summary>
    public string WhitenedName => $"D U' {Name[..^End.Length]} U D{End}";

    /// <summary>Its label.</summary>
    public string WhitenedLabel => $"D Uᵀ {Label[..^End.Length]} U D{End}";

    /// <summary>Rows, and columns.</summary>
    public int Dimension => (int)Math.Round(Math.Sqrt(Size));

    /// <summary>The matrices that matter: the last P̂ has no influence.</summary>
    public static IEnumerable<PaperMatrix> Of(LinearTransformerShape shape)
        => Values(shape).Concat(Queries(shape));

    /// <summary>Those that matter in a run; where every B is held at zero, the A's. None of a model that is not known here.</summary>
    public static IEnumerable<PaperMatrix> Of(TrainingSettings settings) => settings.Model switch
    {
        LinearTransformerModel { IsFull: true } model => Of(
            NonlinearRegressionShape.WithoutNetwork(model.IsTied ? 1 : settings.Layers, settings.Heads, settings.Dimension), model.IsTied),
        LinearTransformerModel { IsTied: true } =>
        [
            .. settings.ZeroP || settings.Layers == 1 ? [] : OfLayers("B", 1, settings.Shape, isTied: true),
            .. OfLayers("A", 1, settings.Shape, isTied: true),
        ],
        LinearTransformerModel => settings.ZeroP ? Queries(settings.Shape) : Of(settings.Shape),
        NonlinearRegressionModel model => Of(model.Shape(settings.Sizes)),
        _ => [],
    };

    /// <summary>
    /// The numbers that the matrices' offsets count in: parameters, or where these are some of the matrices' entries, the matrices.
    /// </summary>
    public static T[] Whole<T>(TrainingSettings settings, ReadOnlySpan<T> parameters)
        where T : unmanaged, INumberBase<T>
        => settings.Model is LinearTransformerModel model ? model.Matrices(settings.Sizes, parameters) : parameters.ToArray();

    public static IEnumerable<PaperMatrix> Values(LinearTransformerShape shape) => OfLayers("B", shape.Layers - 1, shape);

    public static IEnumerable<PaperMatrix> Queries(LinearTransformerShape shape) => OfLayers("A", shape.Layers, shape);

    /// <summary>All of them: the last row of the last P counts too.</summary>
    public static IEnumerable<PaperMatrix> Of(NonlinearRegressionShape shape, bool isTied = false)
        => All(shape.Layers, shape.Heads, "P", shape.OffsetOfP, shape.MatrixSize, false, isTied)
            .Concat(All(shape.Layers, shape.Heads, "Q", shape.OffsetOfQ, shape.MatrixSize, true, isTied));

    private static IEnumerable<PaperMatrix> OfLayers(string letter, int layers, LinearTransformerShape shape, bool isTied = false)
        => letter == "A"
            ? All(layers, shape.Heads, letter, shape.OffsetOfQ, shape.MatrixSize, true, isTied)
            : All(layers, shape.Heads, letter, shape.OffsetOfP, shape.MatrixSize, false, isTied);

    private static IEnumerable<PaperMatrix> All(
        int layers, int heads, string letter, Func<int, int, int> offset, int size, bool isQuery, bool isTied)
        => from layer in Enumerable.Range(0, layers)
           from head in Enumerable.Range(0, heads)
           let ofHead = heads == 1 ? "" : FormattableString.Invariant($" head {head + 1}")
           let end = ofHead + (isTied ? " tied" : "")
           select new PaperMatrix(
               (isTied ? letter : $"{letter}{layer}") + end, (isTied ? letter : letter + Subscript(layer)) + end, offset(layer, head), size,
               isQuery, end);

    /// <summary>A layer's number below the line: ₀.</summary>
    public static string Subscript(int number)
        => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('₀' + (digit - '0'))));
}
