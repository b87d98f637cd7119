using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class WishartWordMomentsTests
{
    [Fact]
    public void For_the_identity_every_word_is_a_wishart_moment()
    {
        WishartWordMoments words = new(20, [1, 1, 1, 1, 1]);
        WishartMoments moments = new(20, 5);
        for (int m = 1; m <= 7; m++)
        {
            double exact = (double)moments.TracePower(m) / Math.Pow(20, m);
            int[] word = new int[m];
            for (int i = 0; i < m; i++)
                word[i] = i % 3;
            Assert.Equal(exact, words.Trace(word), 1e-13 * exact);
        }
    }

    [Fact]
    public void Words_of_two_and_three_factors_have_their_textbook_values()
    {
        // E W A W = N² A + N A + N tr(A) I, von Rosen 1988.
        const double N = 7;
        double[] lambda = [0.5, 2, 3];
        WishartWordMoments words = new((int)N, lambda);
        double t1 = 5.5, t2 = 0.25 + 4 + 9, t3 = 0.125 + 8 + 27;
        Assert.Equal(t2, words.Trace(2), 1e-13);
        Assert.Equal(((N + 1) * t3 + t1 * t2) / N, words.Trace(1, 2), 1e-12);
        Assert.Equal(words.Trace(0, 1, 2), words.Trace(2, 1, 0), 1e-12);
    }

    [Fact]
    public void A_monte_carlo_average_agrees_within_four_standard_errors()
    {
        const int N = 6, d = 3, samples = 60_000;
        double[] lambda = [0.5, 1, 2];
        int[][] cases = [[2, 0], [2, 1, 0], [2, 1, 0, 1], [2, 0, 1, 1], [2, 1, 1, 0, 1, 1]];
        WishartWordMoments exact = new(N, lambda);
        Sample[] averages = Array.ConvertAll(cases, _ => new Sample());
        System.Random random = new(8);
        for (int s = 0; s < samples; s++)
        {
            double[,] X = Gaussian.Matrix(random, N, d);
            double[,] W = Dense.Multiply(Dense.Transpose(X), X);
            for (int c = 0; c < cases.Length; c++)
            {
                double[,] product = Dense.Scaled(1, 1, 1, 1);
                foreach (int exponent in cases[c])
                {
                    product = Dense.Multiply(product, Dense.Scaled(1, [.. lambda.Select(l => Math.Pow(l, exponent))]));
                    product = Dense.Multiply(product, W);
                }

                averages[c].Add((product[0, 0] + product[1, 1] + product[2, 2]) / Math.Pow(N, cases[c].Length));
            }
        }

        for (int c = 0; c < cases.Length; c++)
            averages[c].AssertMean(exact.Trace(cases[c]), relativeStandardError: 0.03);
    }
}
