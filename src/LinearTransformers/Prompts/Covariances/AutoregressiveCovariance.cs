using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Σ_ij = ρ^|i − j|: the covariance of a stationary autoregressive sequence of order one, of variance 1.</summary>
[Part("ar", "Σ_ij = ρ^|i − j|")]
public sealed record AutoregressiveCovariance : CovarianceLaw
{
    /// <summary>ρ, the correlation of neighbours.</summary>
    [Setting(Position = 1, Value = "ρ", Above = -1, Below = 1)]
    public double Correlation { get; init; } = 0.5;

    /// <inheritdoc/>
    public override bool CanBeIdentity => false;

    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension)
    {
        double[] entries = new double[dimension * dimension];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = Math.Pow(Correlation, Math.Abs((i / dimension) - (i % dimension)));
        }

        return Covariance.Of(new SymmetricMatrix(entries));
    }
}
