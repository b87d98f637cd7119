using System.Globalization;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The claims of Kunstner et al. on the final training losses of some optimizers, each at its best learning rate. Each claim is that a
/// difference of logarithms of losses is positive; it is taken seed by seed, and its tolerance is its standard deviation over seeds.
/// </summary>
/// <param name="logs">The logarithm, to base 10, of the final loss: by optimizer, batch size (the smallest first, the whole set last) and
/// seed.</param>
internal sealed class OptimizerClaims(IReadOnlyDictionary<OptimizerKind, double[][]> logs)
{
    /// <summary>A claim and what came of it.</summary>
    /// <param name="Text">What is claimed.</param>
    /// <param name="Mean">The mean of the difference over seeds, as a factor between losses.</param>
    /// <param name="Factor">The standard deviation of the difference over seeds, as a factor.</param>
    /// <param name="Holds">Whether the claim holds.</param>
    /// <param name="Tolerance">What the mean is held to.</param>
    public sealed record Claim(string Text, double Mean, double Factor, bool Holds, string Tolerance)
    {
        public ResultRow Row(string experiment, string setting, bool isJudged) => new(
            experiment,
            string.Create(CultureInfo.InvariantCulture, $"{setting}: {Text} (spread over seeds: times {Factor:G3})"),
            null,
            null,
            Mean,
            Tolerance,
            Judge.Of(Holds, isJudged));
    }

    /// <summary>
    /// Kunstner et al.'s claims, of SGD with momentum and without clipping; the first two also with clipping as in paper [2].
    /// </summary>
    /// <param name="smallest">What the smallest batches are called.</param>
    public IEnumerable<Claim> All(string smallest)
    {
        yield return GapStays($"(1) not the noise: SGDM/Adam in full batch, over that with {smallest}", OptimizerKind.Sgd);
        yield return GapStays("(1) the same with SGDM clipped", OptimizerKind.ClippedSgd);
        yield return Above("(2) without noise: SGDM/Adam, full batch", Difference(OptimizerKind.Sgd, OptimizerKind.Adam, ^1));
        yield return Above("(2) the same with SGDM clipped", Difference(OptimizerKind.ClippedSgd, OptimizerKind.Adam, ^1));
        yield return NotBelow(
            "(3) the sign closes half of the gap: √(SGDM/Adam) over sign/Adam, full batch", Half(^1),
            Difference(OptimizerKind.Sign, OptimizerKind.Adam, ^1));
        yield return Above(
            $"(3) not with noise: sign/Adam over √(SGDM/Adam), {smallest}",
            Minus(Difference(OptimizerKind.Sign, OptimizerKind.Adam, 0), Half(0)));
        yield return Above(
            "(4) the scale helps: SGDM/normalized, full batch", Difference(OptimizerKind.Sgd, OptimizerKind.Normalized, ^1));
        yield return Above(
            "(4) but less than the sign: normalized/sign, full batch", Difference(OptimizerKind.Normalized, OptimizerKind.Sign, ^1));
    }

    /// <summary>The share of the gap between SGDM and Adam that an optimizer closes, in logarithms: of the mean over seeds.</summary>
    public double Share(OptimizerKind kind, Index batch)
        => Difference(OptimizerKind.Sgd, kind, batch).Average() / Difference(OptimizerKind.Sgd, OptimizerKind.Adam, batch).Average();

    private static Claim Above(string text, double[] difference)
    {
        (double mean, double deviation) = Spread(difference);
        return new Claim(text, Math.Pow(10, mean), Math.Pow(10, deviation), mean > deviation, "above 1 by more than the spread");
    }

    private static Claim NotBelow(string text, double[] one, double[] other)
    {
        (double mean, double deviation) = Spread(Minus(one, other));
        return new Claim(text, Math.Pow(10, mean), Math.Pow(10, deviation), mean >= -deviation, "at least 1, but for the spread");
    }

    private static (double Mean, double Deviation) Spread(double[] values)
    {
        Seeds seeds = Seeds.OfValues(values);
        return (seeds.Mean[0], seeds.Deviation[0]);
    }

    private static double[] Minus(double[] one, double[] other) => [.. one.Zip(other, (a, b) => a - b)];

    private Claim GapStays(string text, OptimizerKind kind)
        => NotBelow(text, Difference(kind, OptimizerKind.Adam, ^1), Difference(kind, OptimizerKind.Adam, 0));

    private double[] Half(Index batch) => [.. Difference(OptimizerKind.Sgd, OptimizerKind.Adam, batch).Select(gap => gap / 2)];

    private double[] Difference(OptimizerKind one, OptimizerKind other, Index batch) => Minus(logs[one][batch], logs[other][batch]);
}
