using LinearTransformers.Numerics;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>Plain gradient descent with one step size, where Σ and Ψ commute: <see cref="GradientDescentFloor"/>.</summary>
internal sealed class PlainDescentFamily : ExactFamily
{
    /// <inheritdoc/>
    public override bool TakesLayers => true;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of)
        => of.IsNormal && of.Activation.IsLinear && (of.Scale is not null || (IsDiagonal(of.Covariance) && IsDiagonal(of.TaskCovariance)));

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        double[] eigenvalues = IsDiagonal(of.Covariance) ? Diagonal(of.Covariance) : SymmetricEigenvalues.Of(of.Covariance);
        double c = of.Scale ?? 1;
        double[] tasks = of.Scale is not null ? [] : Diagonal(of.TaskCovariance);
        if (layers > GradientDescentFloor.MaxLayers || tasks.Any(eigenvalue => !(eigenvalue > 0)))
        {
            yield break;
        }

        GradientDescentOptimum plain = GradientDescentFloor.ConstantStepOptimum(of.N, eigenvalues, layers, of.NoiseVariance / c, tasks);
        yield return new("gd", layers, c * plain.Loss, [plain.StepSize], $"L = {layers}, plain GD with one step size: a");
    }

    private static double[] Diagonal(double[,] matrix) => [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => matrix[i, i])];

    private static bool IsDiagonal(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        return Enumerable.Range(0, d * d).All(i => i % (d + 1) == 0 || matrix[i / d, i % d] == 0);
    }
}
