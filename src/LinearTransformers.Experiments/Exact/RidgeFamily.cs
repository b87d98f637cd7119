using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>
/// Ridge regression on labels with noise: with the noise of each prompt known, which for normal tasks is the Bayes predictor, and with the
/// best penalty for all prompts.
/// </summary>
internal sealed class RidgeFamily : ExactFamily
{
    private const int SampledPrompts = 1_000_000;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, NoiseVariance: > 0, Noise: not null };

    /// <inheritdoc/>
    public override bool IsOfModels => false;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of) => of.Settings.Tasks.IsStandardNormal ? "Bayes" : null;

    /// <inheritdoc/>
    public override bool IsSampled(ExactCase of) => of.Scale is null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        string bayes = of.Settings.Tasks.IsStandardNormal ? ", which is Bayes" : ", with the covariance of these tasks";
        if (of.Scale is not { } c)
        {
            SampledLoss sampled = GaussianBayes.Sampled(
                of.N, of.Covariance, of.TaskCovariance, of.Noise!, SampledPrompts, seed: 0, stop);
            yield return new("ridge", null, sampled.Loss, null, $"ridge, σ of each prompt known{bayes}, on a million prompts")
            {
                StandardError = sampled.StandardError,
            };
            yield break;
        }

        yield return new(
            "ridge", null, c * RidgeFloor.Bayes(of.N, of.D, of.NoiseOver(c)!).Loss, null, $"ridge, σ of each prompt known{bayes}");
        yield return new(
            "ridge-constant", null, c * RidgeFloor.Best(of.N, of.D, of.NoiseVariance / c).Loss, [of.NoiseVariance / c / of.N],
            "ridge, the best penalty for all prompts: ρ");
    }
}
