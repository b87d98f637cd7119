using LinearTransformers.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// The Hessian's norm on the test batch: its largest eigenvalue in size. Paper [2] says of transformers that it goes as the gradient's norm
/// goes, which is (L₀, L₁)-smoothness (Zhang, He, Sra, Jadbabaie, 2020).
/// </summary>
[Part("hessian-norm", "largest eigenvalue in size of the Hessian on the published test batch")]
public sealed record HessianNorm : Measurement
{
    /// <inheritdoc/>
    public override int Every => 250;

    /// <inheritdoc/>
    public override double Measure(MeasuredModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        double[] eigenvalues = SymmetricEigenvalues.Of(model.Hessian());
        return Math.Max(Math.Abs(eigenvalues[0]), Math.Abs(eigenvalues[^1]));
    }
}
