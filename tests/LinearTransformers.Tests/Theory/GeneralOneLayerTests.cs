using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class GeneralOneLayerTests
{
    private static readonly double[,] Root = { { 1, 0 }, { 0.7, 0.4 } };
    private static readonly double[,] TaskRoot = { { 0.5, 0 }, { -0.6, 1.1 } };
    private static readonly double[,] Covariance = Dense.Multiply(Root, Dense.Transpose(Root));
    private static readonly double[,] Tasks = Dense.Multiply(TaskRoot, Dense.Transpose(TaskRoot));

    [Theory]
    [InlineData(0, 0.769230769230769)]
    [InlineData(0.25, 0.761904761904762)]
    [InlineData(4, 0.666666666666667)]
    public void For_identities_the_matrix_is_a_multiple_that_noise_makes_smaller(double s, double a)
    {
        const int N = 20, d = 5;
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(N, Identity(d), Identity(d), s);
        Assert.Equal(N / (N + d + 1 + s), a, 1e-14);
        Assert.Equal(d * (1 - a), optimum.Loss, 1e-13);
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                Assert.Equal(i == j ? -a : 0, optimum.Query[i, j], 1e-14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void For_matrices_with_the_same_eigenvectors_it_is_theorem_one(double s)
    {
        double[] lambda = [1, 0.3, 2], omega = [0.5, 1, 4];
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(8, Dense.Scaled(1, lambda), Dense.Scaled(1, omega), s);
        Theorem1Optimum theorem = Theorem1.Optimum(8, lambda, omega, s);
        Assert.Equal(theorem.Loss, optimum.Loss, 1e-13);
        for (int i = 0; i < 3; i++)
            Assert.Equal(theorem.QueryEigenvalues[i], optimum.Query[i, i], 1e-14);

        GeneralOneLayerOptimum prior = GeneralOneLayer.Optimum(8, Dense.Scaled(1, lambda), Identity(3));
        Assert.Equal(Theorem1.Optimum(8, lambda).Loss, prior.Loss, 1e-13);
    }

    [Fact]
    public void The_loss_is_the_one_of_its_matrix_and_no_neighbour_has_a_lower_one()
    {
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(4, Covariance, Tasks, 0.6);
        Assert.Equal(OneLayerLoss.Expected(4, optimum.Query, Covariance, Tasks, 0.6), optimum.Loss, 1e-14);
        Assert.Equal(optimum.Query[0, 1], optimum.Query[1, 0], 1e-15);
        for (int i = 0; i < 4; i++)
        {
            foreach (double shift in (double[])[-1e-3, 1e-3])
            {
                double[,] changed = (double[,])optimum.Query.Clone();
                changed[i / 2, i % 2] += shift;
                Assert.True(OneLayerLoss.Expected(4, changed, Covariance, Tasks, 0.6) > optimum.Loss);
            }
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.8, false)]
    [InlineData(0.8, true)]
    public void A_million_simulated_prompts_have_this_loss(double deviation, bool sparse)
    {
        // Tasks with one entry that is not 0 have the same second moment as normal ones of covariance diag(ω).
        const int N = 4;
        double[,] tasks = sparse ? Dense.Scaled(1, 0.5, 1.5) : Tasks;
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(N, Covariance, tasks, deviation * deviation);
        PromptSimulation simulation = new(N, Root, TaskRoot, seed: 1)
        {
            Deviation = _ => deviation,
            Task = sparse ? OneEntry : null,
        };
        simulation.Losses(1_000_000, PromptSimulation.Layer(optimum.Query)).AssertMean(optimum.Loss, relativeStandardError: 0.005);

        static void OneEntry(System.Random random, double[] w)
        {
            int entry = random.Next(2);
            w[entry] = (random.Next(2) == 0 ? 1 : -1) * Math.Sqrt(entry == 0 ? 1 : 3);
            w[1 - entry] = 0;
        }
    }

    [Fact]
    public void The_matrix_has_the_sign_and_the_scale_of_the_models_query_matrix()
    {
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(3, Covariance, Tasks);
        System.Random random = new(2);
        double[,] X = Gaussian.Matrix(random, 3, 2);
        (double[] w, double[] query) = (Gaussian.Vector(random, 2), Gaussian.Vector(random, 2));
        double[] y = [.. Enumerable.Range(0, 3).Select(i => X[i, 0] * w[0] + X[i, 1] * w[1])];
        double prediction = PromptSimulation.Layer(optimum.Query)([.. X.Cast<double>()], y, query, 0);
        double residual = TokenSpaceTransformer.Residual(X, w, query, [(new double[2, 2], optimum.Query)]);
        Assert.Equal(query[0] * w[0] + query[1] * w[1] - prediction, residual, 1e-13);
    }

    [Fact]
    public void With_endless_examples_the_task_is_known_and_without_signal_nothing_is_predicted()
    {
        GeneralOneLayerOptimum endless = GeneralOneLayer.Optimum(1_000_000_000, Covariance, Tasks, 0.5);
        Assert.Equal(0, endless.Loss, 1e-8);
        double[,] product = Dense.Multiply(endless.Query, Covariance);
        for (int i = 0; i < 4; i++)
            Assert.Equal(i % 3 == 0 ? -1 : 0, product[i / 2, i % 2], 1e-6);

        GeneralOneLayerOptimum drowned = GeneralOneLayer.Optimum(20, Covariance, Tasks, 1e9);
        Assert.Equal(OneLayerLoss.Expected(20, new double[2, 2], Covariance, Tasks), drowned.Loss, 1e-6);
    }

    [Fact]
    public void Singular_covariances_are_taken_as_they_are()
    {
        // Only the first covariate is not 0, so only its task counts.
        GeneralOneLayerOptimum flat = GeneralOneLayer.Optimum(10, Dense.Scaled(1, 2, 0), Tasks, 0.3);
        GeneralOneLayerOptimum alone = GeneralOneLayer.Optimum(10, new[,] { { 2.0 } }, new[,] { { Tasks[0, 0] } }, 0.3);
        Assert.Equal(alone.Loss, flat.Loss, 1e-14);
        Assert.Equal(alone.Query[0, 0], flat.Query[0, 0], 1e-14);
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneralOneLayer.Optimum(0, Covariance, Tasks));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneralOneLayer.Optimum(5, Covariance, Tasks, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneralOneLayer.Optimum(5, Covariance, Tasks, double.NaN));
        Assert.Throws<ArgumentException>(() => GeneralOneLayer.Optimum(5, Covariance, Identity(3)));
        Assert.Throws<ArgumentException>(() => GeneralOneLayer.Optimum(5, Covariance, new double[2, 2]));
        ArgumentException asymmetric = Assert.Throws<ArgumentException>(
            () => GeneralOneLayer.Optimum(5, new[,] { { 1, 0.5 }, { 0.4, 1 } }, Tasks));
        Assert.StartsWith("covariance has 0.4 at (1, 0) and 0.5 at (0, 1); it must be symmetric", asymmetric.Message);
        ArgumentException negative = Assert.Throws<ArgumentException>(
            () => GeneralOneLayer.Optimum(5, Covariance, new[,] { { 1.0, 2 }, { 2, 1 } }));
        Assert.StartsWith("taskCovariance has a negative eigenvalue", negative.Message);
    }

    private static double[,] Identity(int d) => Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]);
}
