using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class GaussLegendreTests
{
    [Fact]
    public void The_rule_of_two_nodes_is_the_textbooks()
    {
        GaussLegendre rule = new(2);
        Assert.Equal([-1 / Math.Sqrt(3), 1 / Math.Sqrt(3)], rule.Nodes, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([1.0, 1.0], rule.Weights, (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    public void Powers_are_integrated_exactly_over_all_and_up_to_each_node(int n)
    {
        GaussLegendre rule = new(n);
        for (int power = 0; power < 2 * n; power++)
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
                sum += rule.Weights[i] * Math.Pow(rule.Nodes[i], power);
            Assert.Equal(power % 2 == 0 ? 2.0 / (power + 1) : 0, sum, 1e-14);
            for (int i = 0; power < n && i < n; i++)
            {
                double upTo = 0;
                for (int j = 0; j < n; j++)
                    upTo += rule.Cumulative[i, j] * Math.Pow(rule.Nodes[j], power);
                Assert.Equal((Math.Pow(rule.Nodes[i], power + 1) - Math.Pow(-1, power + 1)) / (power + 1), upTo, 1e-14);
            }
        }
    }
}
