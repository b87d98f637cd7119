using LinearTransformers.Experiments.Paper2;

namespace LinearTransformers.Experiments.Tests.Paper2;

public class OptimizerClaimsTests
{
    /// <summary>SGDM, normalized, sign and Adam: losses as powers of ten with small batches, then in full batch.</summary>
    private static readonly double[][] AsClaimed = [[-1, -1], [-1.1, -1.5], [-0.9, -2.5], [-1.5, -3]];

    [Fact]
    public void All_claims_hold_of_losses_as_the_paper_describes_them()
    {
        OptimizerClaims.Claim[] claims = [.. Claims(AsClaimed, 0.01).All("B = 8")];
        Assert.All(claims, claim => Assert.True(claim.Holds, claim.Text));

        // By hand: 2 − .5 twice, 2 twice, 1 − .5, .6 − .25, 1.5 − 1 and 2.5 − 1.5.
        double[] factors = [1.5, 1.5, 2, 2, 0.5, 0.35, 0.5, 1];
        Assert.Equal(factors, claims.Select(claim => Math.Log10(claim.Mean)), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 1.5, "(1) not")]
    [InlineData(3, 1, -0.9, "(2) without")]
    [InlineData(2, 1, -1.9, "(3) the sign")]
    [InlineData(2, 0, -1.4, "(3) not with noise")]
    [InlineData(1, 1, -0.9, "(4) the scale helps")]
    [InlineData(1, 1, -2.6, "(4) but less than the sign")]
    public void A_claim_fails_where_a_loss_contradicts_it(int optimizer, int batch, double log, string claim)
    {
        double[][] logs = [.. AsClaimed.Select(ofOptimizer => (double[])[.. ofOptimizer])];
        logs[optimizer][batch] = log;
        Assert.False(Claims(logs, 0.01).All("B = 8").Single(one => one.Text.StartsWith(claim, StringComparison.Ordinal)).Holds);
    }

    [Fact]
    public void A_difference_within_the_spread_over_seeds_is_none()
    {
        double[][] close = [[-1, -1], [-1, -1.02], [-1, -2.5], [-1.5, -3]];
        Assert.True(Holds(0.01));
        Assert.False(Holds(0.1));

        bool Holds(double spread)
            => Claims(close, spread).All("B = 8").Single(claim => claim.Text.StartsWith("(4) the s", StringComparison.Ordinal)).Holds;
    }

    [Fact]
    public void The_share_of_the_gap_is_in_logarithms()
    {
        OptimizerClaims claims = Claims(AsClaimed, 0.01);
        Assert.Equal(0.75, claims.Share(OptimizerKind.Sign, ^1), 1e-9);
        Assert.Equal(0.25, claims.Share(OptimizerKind.Normalized, ^1), 1e-9);
    }

    /// <summary>Three seeds; SGDM's losses in full batch differ by as much as the spread says.</summary>
    private static OptimizerClaims Claims(double[][] logs, double spread)
    {
        OptimizerKind[] kinds =
            [OptimizerKind.Sgd, OptimizerKind.Normalized, OptimizerKind.Sign, OptimizerKind.Adam, OptimizerKind.ClippedSgd];
        return new OptimizerClaims(kinds.Zip([.. logs, logs[0]]).ToDictionary(
            pair => pair.First,
            pair => (double[][])[
                [pair.Second[0], pair.Second[0], pair.Second[0]],
                [.. new[] { -1, 0, 1 }.Select(k => pair.Second[1] + (pair.First == OptimizerKind.Sgd ? k * spread : 0))],
            ]));
    }
}
