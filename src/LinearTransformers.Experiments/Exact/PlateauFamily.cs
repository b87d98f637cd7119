using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Numerics;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>
/// The losses at which one layer with separate key and query stays for a while, trained by gradient descent from small parameters on tasks
/// of covariance I: <see cref="OneLayerPlateaus"/>.
/// </summary>
internal sealed class PlateauFamily : ExactFamily
{
    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is
    {
        IsNormal: true,
        Settings:
        {
            Model: LinearTransformerModel { Parameters: SeparateStructure, Activation.IsLinear: true },
            Tasks.IsStandardNormal: true,
        },
    } && IsIdentity(of.TaskCovariance);

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
        => OneLayerPlateaus.Losses(of.N, SymmetricEigenvalues.Of(of.Covariance), of.NoiseVariance)
            .Select((loss, m) => new ExactRow("plateau", 1, loss, null, $"one layer, plateau with {Counted.Of(m, "direction")} learnt"));

    private static bool IsIdentity(double[,] matrix)
        => Enumerable.Range(0, matrix.Length).All(
            i => matrix[i / matrix.GetLength(0), i % matrix.GetLength(0)] == (i % (matrix.GetLength(0) + 1) == 0 ? 1 : 0));
}
