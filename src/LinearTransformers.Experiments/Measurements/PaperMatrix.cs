using System.Globalization;
using System.Numerics;
using LinearTransformers.Models;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// A parameter matrix under its name in the papers: in paper [1] B is P̂, and A is Q̂ (of which the paper's A is the transpose); the
/// nonlinear-regression model of paper [2] has P and Q. Where there are several heads, each has a number from 1.
/// </summary>
/// <param name="Name">For tables: B0.</param>
/// <param name="Label">For figures: B₀.</param>
/// <param name="Offset">Where it begins among the parameters.</param>
/// <param name="Size">Its entries.</param>
/// <param name="IsQuery">Whether it is an A, or a Q.</param>
/// <param name="Head">The head's number at the end of name and label; empty where there is one head.</param>
internal sealed record PaperMatrix(string Name, string Label, int Offset, int Size, bool IsQuery, string Head)
{
    /// <summary>The name of D Uᵀ A U D for an A, in letters that every terminal has.</summary>
    public string WhitenedName => $"D U' {Name[..^Head.Length]} U D{Head}";

    /// <summary>Its label.</summary>
    public string WhitenedLabel => $"D Uᵀ {Label[..^Head.Length]} U D{Head}";

    /// <summary>Rows, and columns.</summary>
    public int Dimension => (int)Math.Round(Math.Sqrt(Size));

    /// <summary>The matrices that matter: the last P̂ has no influence.</summary>
    public static IEnumerable<PaperMatrix> Of(LinearTransformerShape shape)
        => Values(shape).Concat(Queries(shape));

    /// <summary>Those that matter in a run; where every B is held at zero, the A's. None of a model that is not known here.</summary>
    public static IEnumerable<PaperMatrix> Of(TrainingSettings settings) => settings.Model switch
    {
        LinearTransformerModel { Parameters.IsFull: true }
            => Of(NonlinearRegressionShape.WithoutNetwork(settings.Layers, settings.Heads, settings.Dimension)),
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

    public static IEnumerable<PaperMatrix> Values(LinearTransformerShape shape)
        => All(shape.Layers - 1, shape.Heads, "B", shape.OffsetOfP, shape.MatrixSize, false);

    public static IEnumerable<PaperMatrix> Queries(LinearTransformerShape shape)
        => All(shape.Layers, shape.Heads, "A", shape.OffsetOfQ, shape.MatrixSize, true);

    /// <summary>All of them: the last row of the last P counts too.</summary>
    public static IEnumerable<PaperMatrix> Of(NonlinearRegressionShape shape)
        => All(shape.Layers, shape.Heads, "P", shape.OffsetOfP, shape.MatrixSize, false)
            .Concat(All(shape.Layers, shape.Heads, "Q", shape.OffsetOfQ, shape.MatrixSize, true));

    private static IEnumerable<PaperMatrix> All(int layers, int heads, string letter, Func<int, int, int> offset, int size, bool isQuery)
        => from layer in Enumerable.Range(0, layers)
           from head in Enumerable.Range(0, heads)
           let suffix = heads == 1 ? "" : FormattableString.Invariant($" head {head + 1}")
           select new PaperMatrix(
               $"{letter}{layer}{suffix}", $"{letter}{Subscript(layer)}{suffix}", offset(layer, head), size, isQuery, suffix);

    /// <summary>A layer's number below the line: ₀.</summary>
    public static string Subscript(int number)
        => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('₀' + (digit - '0'))));
}
