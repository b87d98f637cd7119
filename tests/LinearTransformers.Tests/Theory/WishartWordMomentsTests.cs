using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class WishartWordMomentsTests
{
    [Fact]
    public void For_the_identity_every_word_is_a_wishart_moment()
    {
        var words = new WishartWordMoments(20, [1, 1, 1, 1, 1]);
        var moments = new WishartMoments(20, 5);
        for (var m = 1; m <= 7; m++)
        {
            var exact = (double)moments.TracePower(m) / Math.Pow(20, m);
            var word = new int[m];
            for (var i = 0; i < m; i++)
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
        var words = new WishartWordMoments((int)N, lambda);
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
        var exact = new WishartWordMoments(N, lambda);
        var averages = Array.ConvertAll(cases, _ => new Sample());
        var random = new System.Random(8);
        for (var s = 0; s < samples; s++)
        {
            var X = Gaussian.Matrix(random, N, d);
            var W = Dense.Multiply(Dense.Transpose(X), X);
            for (var c = 0; c < cases.Length; c++)
            {
                var product = Dense.Scaled(1, 1, 1, 1);
                foreach (var exponent in cases[c])
                {
                    product = Dense.Multiply(product, Dense.Scaled(1, [.. lambda.Select(l => Math.Pow(l, exponent))]));
                    product = Dense.Multiply(product, W);
                }

                averages[c].Add((product[0, 0] + product[1, 1] + product[2, 2]) / Math.Pow(N, cases[c].Length));
            }
        }

        for (var c = 0; c < cases.Length; c++)
            averages[c].AssertMean(exact.Trace(cases[c]), relativeStandardError: 0.03);
    }
}
