using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class Theorem5Tests
{
    [Fact]
    public void Loss_and_scale_are_the_published_ones()
    {
        OneLayerOptimum optimum = Theorem5.Optimum(20, 5);
        Assert.Equal(65.0 / 33, optimum.Loss, 1e-15);
        Assert.Equal(-40.0 / 33, optimum.QueryScale, 1e-15);
    }

    [Fact]
    public void Samples_of_relu_attention_have_this_loss_and_their_own_best_scale_is_near()
    {
        const int N = 20, d = 5, samples = 60_000;
        OneLayerOptimum optimum = Theorem5.Optimum(N, d);
        System.Random random = new(5);
        Sample loss = new();
        double slope = 0, curvature = 0;
        for (int s = 0; s < samples; s++)
        {
            double[,] X = Gaussian.Matrix(random, N, d);
            double[] w = Gaussian.Vector(random, d);
            double[] query = Gaussian.Vector(random, d);
            double target = 0, attention = 0;
            for (int j = 0; j < d; j++)
                target += w[j] * query[j];
            for (int i = 0; i < N; i++)
            {
                double score = 0, label = 0;
                for (int j = 0; j < d; j++)
                {
                    score += query[j] * X[i, j];
                    label += w[j] * X[i, j];
                }

                // relu(q·score) with q < 0 is |q|·relu(−score).
                attention += Math.Max(0, -score) * label / N;
            }

            double residual = target - optimum.QueryScale * attention;
            loss.Add(residual * residual);
            slope += target * attention;
            curvature += attention * attention;
        }

        loss.AssertMean(optimum.Loss, relativeStandardError: 0.02);
        Assert.Equal(slope / curvature, optimum.QueryScale, 0.02);
    }

    [Fact]
    public void Sizes_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Theorem5.Optimum(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Theorem5.Optimum(5, 0));
    }
}
