using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Baselines on prompts of both streams and of all kinds of laws, against their formulas over the tokens.</summary>
public class DrawnPromptsTests
{
    private const int Steps = 3;
    private const int D = 4;
    private const int Prompts = 60;

    private static readonly PoolTasks Pool = new() { Count = 70, Seed = 5 };

    public static TheoryData<StreamKind, int, string> Cases =>
    [
        .. from stream in Enum.GetValues<StreamKind>()
           from contextLength in (int[])[2, 4, 15]
           from options in (string[])
           [
               "noise 0.5",
               "noise uniform:2 covariance rotated",
               "noise values:0.5,2 covariance rotated task-covariance identity",
               "noise 0.7 covariance ar:0.5 task-covariance spectrum:1,3,0.2,0.5",
               "noise uniform:1 task-covariance spectrum:1,3,0.2,0.5 tasks sphere",
               "noise 0.7 covariance random:exponential task-covariance spectrum:1,3,0.2,0.5",
           ]
           select (stream, contextLength, options)
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Errors_are_those_of_the_formulas(StreamKind stream, int contextLength, string options)
    {
        PromptSettings settings = DrawnPrompts.Settings(options, Prompts, contextLength, D);
        PromptBatch batch = new(settings);
        batch.Draw(stream is StreamKind.Torch ? new TorchStream(11) : new NativeStream(11));
        GramStatistics<double> built = DrawnPrompts.Statistics(batch);
        (float[] z, float[] y) = batch.ToTokens();
        (double[] tokens, double[] labels) = ([.. z.Select(x => (double)x)], [.. y.Select(x => (double)x)]);
        double[] deviations = [.. GramNumbers.Of(built).Select(prompt => prompt[^1])];
        GramStatistics<double> given = GramStatistics<double>.FromTokens(tokens, labels, D, hasSquares: true, deviations);

        double[,] root = ExamplePrompts.Root(settings.Covariance, D, isInverse: false);
        Covariance? ofTasks = settings.TaskCovariance.IsInverse ? settings.Covariance : settings.TaskCovariance.Of();
        ExamplePrompts prompts = new(
            tokens, labels, deviations, root, ExamplePrompts.Root(ofTasks, D, isInverse: settings.TaskCovariance.IsInverse));
        PromptKnowledge known = PromptKnowledge.Of(settings) with { Tasks = new NormalTasks() };
        bool isSquare = contextLength == D;
        Compare(new Chebyshev { Low = 0.3, High = 2.5 }, prompt
            => prompt.Predictions(TokenRegression.Chebyshev(prompt.X, prompt.Y, 0.3, 2.5, Steps)));
        Compare(new Newton(), prompt => prompt.Predictions(TokenRegression.Newton(prompt.X, prompt.Y, 1, Steps)));
        Compare(new KnownRidge(), prompt => prompt.Ridge(prompt.Deviation * prompt.Deviation / contextLength, Steps));
        Compare(new RidgeRegression { Penalty = 0.1 }, prompt => prompt.Ridge(0.1, Steps));
        Compare(new TunedRidge { Factor = 1.2, Maximum = 0.9 }, prompt => prompt.Ridge(
            (contextLength <= D ? 0.9 : Math.Min(1.2 * TokenRegression.NoiseVariance(prompt.X, prompt.Y), 0.9)) / contextLength, Steps));
        Compare(new Bayes(), prompt => prompt.Predictions(
            Steps, _ => TokenRegression.PosteriorMean(prompt.X, prompt.Y, prompt.Pool(Pool), prompt.Deviation)));
        if (!isSquare)
        {
            // From as many examples as dimensions, least squares is as ill-conditioned as it can be.
            Compare(new LeastSquares(), prompt => prompt.LeastSquares(Steps));
            Compare(new AdaptiveRidge(), prompt => contextLength < D
                ? prompt.LeastSquares(Steps)
                : prompt.Ridge(TokenRegression.NoiseVariance(prompt.X, prompt.Y) / contextLength, Steps));
        }

        void Compare(Baseline baseline, Func<ExamplePrompt, double[]> predict)
        {
            double[][] expected = prompts.Errors(predict);
            PromptKnowledge told = baseline is Bayes ? known with { Tasks = Pool } : known;
            IReadOnlyList<QueryErrors> ofTokens = baseline.Evaluate(given, Steps, told);
            IReadOnlyList<QueryErrors> ofBatch = baseline.Evaluate(built, Steps, told);
            for (int k = 0; k < Steps; k++)
            {
                double mean = expected.Average(errors => errors[k]);
                Assert.True(Math.Abs(mean - ofTokens[k].Loss) <= 1e-8 * (1 + mean), $"{baseline}: {ofTokens[k].Loss}, expected {mean}");

                // Tokens are rounded to single precision, statistics of the batch are not.
                Assert.True(Math.Abs(mean - ofBatch[k].Loss) <= 1e-3 * (1 + mean), $"{baseline}: {ofBatch[k].Loss}, expected {mean}");
            }
        }
    }
}
