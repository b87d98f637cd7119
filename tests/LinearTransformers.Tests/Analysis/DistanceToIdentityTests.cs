using LinearTransformers.Analysis;

namespace LinearTransformers.Tests.Analysis;

public class DistanceToIdentityTests
{
    [Fact]
    public void A_multiple_of_the_identity_is_at_distance_0()
        => Assert.Equal(0, DistanceToIdentity.Of<double>([-2.5, 0, 0, -2.5]), 1e-15);

    [Fact]
    public void A_matrix_of_trace_0_is_at_distance_1()
        => Assert.Equal(1, DistanceToIdentity.Of<double>([1, 5, 2, -1]), 1e-15);

    [Fact]
    public void Scaling_does_not_matter()
        => Assert.Equal(
            DistanceToIdentity.Of<double>([1, 0.5, 0.25, 2]),
            DistanceToIdentity.Of<double>([-3, -1.5, -0.75, -6]),
            1e-15);

    [Fact]
    public void It_is_the_part_off_the_identity_over_the_whole()
        => Assert.Equal(Math.Sqrt(0.5) / Math.Sqrt(5), DistanceToIdentity.Of<float>([1, 0, 0, 2]), 1e-7);

    [Fact]
    public void A_matrix_must_be_square()
        => Assert.Throws<ArgumentException>(() => DistanceToIdentity.Of<double>([1, 2, 3]));
}
