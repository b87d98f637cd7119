using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

/// <summary>A baseline and its formula: predictions after each step for a prompt, of the covariances that the baseline heeds.</summary>
internal sealed record BaselineExample(Baseline Baseline, Func<ExamplePrompt, double[]> Predict)
{
    /// <summary>Steps that the formulas take.</summary>
    public const int Steps = 4;

    private static readonly double[] Scales = [-0.3, 0.4, -0.5, 0.2, -0.6, -0.1, -0.4];

    /// <summary>More tasks than are taken at once.</summary>
    private static readonly PoolTasks Pool = new() { Count = 150, Seed = 3 };

    /// <summary>One for each baseline of the catalog, in its order.</summary>
    public static IReadOnlyList<BaselineExample> All { get; } =
    [
        new(new GradientDescent { StepSize = 0.4 }, prompt
            => prompt.Predictions(Steps, k => TokenRegression.Descend(prompt.X, prompt.Y, [.. Enumerable.Repeat(0.4, k)], null))),
        new(new PreconditionedGradientDescent { StepSize = 0.3 }, prompt
            => prompt.Predictions(
                Steps, k => TokenRegression.Descend(prompt.X, prompt.Y, [.. Enumerable.Repeat(0.3, k)], prompt.TaskCovariance))),
        new(new GradientDescentPlusPlus { Scales = Scales }, prompt
            => TokenRegression.PlusPlus(prompt.X, prompt.Y, prompt.Query, Scales, prompt.TaskCovariance)),
        new(new HeavyBall { StepSize = 0.4, Momentum = 0.3 }, prompt
            => prompt.Predictions(TokenRegression.HeavyBall(prompt.X, prompt.Y, 0.4, 0.3, Steps))),
        new(new Chebyshev { Low = 0.2, High = 1.1 }, prompt
            => prompt.Predictions(TokenRegression.Chebyshev(prompt.X, prompt.Y, 0.2, 1.1, Steps))),
        new(new MarchenkoPasturChebyshev(), prompt =>
        {
            double[] eigenvalues = SymmetricEigenvalues.Of(prompt.Covariance);
            double root = Math.Sqrt((double)prompt.X.GetLength(1) / prompt.X.GetLength(0));
            (double low, double high) = (eigenvalues[0] * Math.Pow(1 - root, 2), eigenvalues[^1] * Math.Pow(1 + root, 2));
            return prompt.Predictions(TokenRegression.Chebyshev(prompt.X, prompt.Y, low, high, Steps));
        }),
        new(new ConjugateGradient(), prompt
            => prompt.Predictions(TokenRegression.Krylov(prompt.X, prompt.Y, Steps))) { IsIllConditioned = true },
        new(new Newton { Start = 1.5 }, prompt
            => prompt.Predictions(TokenRegression.Newton(prompt.X, prompt.Y, 1.5, Steps))) { IsIllConditioned = true },
        new(new RidgeRegression { Penalty = 0.05 }, prompt => prompt.Ridge(0.05, Steps)),
        new(new KnownRidge(), prompt => prompt.Ridge(prompt.Deviation * prompt.Deviation / prompt.Y.Length, Steps)),
        new(new AdaptiveRidge(), prompt => prompt.Y.Length <= prompt.Query.Length
            ? prompt.LeastSquares(Steps)
            : prompt.Ridge(TokenRegression.NoiseVariance(prompt.X, prompt.Y) / prompt.Y.Length, Steps)) { IsIllConditioned = true },
        new(new TunedRidge { Factor = 0.8, Maximum = 0.3 }, prompt => prompt.Ridge(
            (prompt.Y.Length <= prompt.Query.Length ? 0.3 : Math.Min(0.8 * TokenRegression.NoiseVariance(prompt.X, prompt.Y), 0.3))
                / prompt.Y.Length,
            Steps)) { IsIllConditioned = true },
        new(new Bayes(), prompt => prompt.Predictions(
            Steps, _ => TokenRegression.PosteriorMean(prompt.X, prompt.Y, prompt.Pool(Pool), prompt.Deviation))) { Tasks = Pool },
        new(new LeastSquares(), prompt => prompt.LeastSquares(Steps)) { IsIllConditioned = true },
    ];

    public TaskLaw Tasks { get; init; } = new NormalTasks();

    /// <summary>
    /// Whether it divides by small eigenvalues, so that it is compared where there are none: with many more examples than dimensions,
    /// or fewer.
    /// </summary>
    public bool IsIllConditioned { get; init; }

    public PromptKnowledge Known(Covariance? covariance) => new() { Covariance = covariance, Tasks = Tasks };

    public double Tolerance => IsIllConditioned ? 1e-8 : 1e-11;

    public double SingleTolerance => IsIllConditioned ? 1e-1 : 1e-3;

    public RegressionProblem Problem(int seed)
        => IsIllConditioned ? new(seed, d => seed % 3 == 0 && d > 1 ? d / 2 : (4 * d) + 3) : new(seed);
}
