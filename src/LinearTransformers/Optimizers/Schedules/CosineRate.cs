using LinearTransformers.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers.Schedules;

/// <summary>
/// The rate falls along half a cosine, from η at iteration 0 towards c η at the end T: η (c + (1 − c)(1 + cos(π t/T))/2)
/// (Loshchilov and Hutter, <i>SGDR</i>, 2017, without restarts). It is <c>torch.optim.lr_scheduler.CosineAnnealingLR</c> with
/// <c>T_max</c> = T and <c>eta_min</c> = c η.
/// </summary>
[Part("cosine", "half a cosine, down to a final share of the rate")]
public sealed record CosineRate : Schedule
{
    /// <summary>The share c of the rate that is left at the end.</summary>
    [Setting(Position = 1, Value = "final", AtLeast = 0, AtMost = 1)]
    public double Final { get; init; }

    /// <inheritdoc/>
    public override double StepSize(double rate, int iteration, int iterations)
        => rate * (Final + ((1 - Final) * (1 + Elementary.SinCos(Math.PI * iteration / iterations).Cos) / 2));
}
