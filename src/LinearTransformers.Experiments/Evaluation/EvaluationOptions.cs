using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>What is asked of an evaluation.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The prompts: each run is evaluated on each of them.</summary>
    public IReadOnlyList<TestPrompts> On { get; init; } = [TestPrompts.AsTrained];

    /// <summary>How many prompts of each kind.</summary>
    public int Prompts { get; init; } = TestLosses.DefaultPrompts;

    /// <summary>Of <see cref="Iterations"/>, the last one of a history.</summary>
    public const int Last = -1;

    /// <summary>Of <see cref="Examples"/>, as many as in training.</summary>
    public const int ExamplesOfTraining = 0;

    /// <summary>Evaluate with 1, 2, …, so many examples; null for the N of the prompts.</summary>
    public int? Examples { get; init; }

    /// <summary>The iterations whose parameters are evaluated; null for the last one. Those that a history lacks are refused.</summary>
    public IReadOnlyList<int>? Iterations { get; init; }

    /// <summary>Whether all iterations that a history holds are evaluated.</summary>
    public bool AllIterations { get; init; }

    /// <summary>Whether predictions are read out after each layer, and algorithms after as many steps.</summary>
    public bool EachLayer { get; init; }

    /// <summary>
    /// The algorithms that are evaluated beside the model, as <see cref="LinearTransformers.Baselines.Baseline.Catalog"/> names them; null
    /// for those that suit the prompts.
    /// </summary>
    public IReadOnlyList<string>? Baselines { get; init; }

    /// <summary>Whether algorithms are tuned to the run's own prompts; if not, to those that they are evaluated on.</summary>
    public bool TunedAsTrained { get; init; }

    /// <summary>Whether exact least losses are given beside.</summary>
    public bool WithFloors { get; init; } = true;

    /// <summary>Whether predictions and sensitivities are compared with those of the algorithms.</summary>
    public bool Compare { get; init; }

    /// <summary>Threads that share the work; the numbers do not depend on it.</summary>
    public int Threads { get; init; } = 1;
}
