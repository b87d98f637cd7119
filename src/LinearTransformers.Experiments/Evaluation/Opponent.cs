using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>An algorithm beside a model: a baseline whose open settings have been found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Baseline">The algorithm.</param>
internal sealed record Opponent(string Name, Baseline Baseline)
{
    private const int TuningPrompts = 20_000;

    /// <summary>Those that suit some prompts.</summary>
    public static IReadOnlyList<string> Usual(TrainingSettings settings)
    {
        List<string> names = ["gd"];
        if (settings.GivenCovariance is not null)
        {
            names.Add("pgd");
        }

        names.AddRange(["gd++", "cg"]);
        if (settings.ContextLength > settings.Dimension)
        {
            names.Add("ols");
        }

        if (!settings.Noise.IsZero)
        {
            names.Add("ridge-known");
            if (settings.Tasks is PoolTasks)
            {
                names.Add("bayes");
            }
        }

        return names;
    }

    /// <summary>Baselines by their texts, tuned to some prompts; those that these do not have are left out.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="tuning">What they are tuned to.</param>
    /// <param name="test">What they are evaluated on.</param>
    /// <param name="team">Who shares the work.</param>
    /// <param name="known">Those tuned so far, by what they are tuned to; null where no settings of one gave a finite loss.</param>
    /// <param name="leftOut">Receives a line for each that is left out.</param>
    public static IReadOnlyList<Opponent> Tuned(
        IReadOnlyList<string> texts, TrainingSettings tuning, TrainingSettings test, WorkerTeam team,
        Dictionary<(TrainingSettings Tuning, string Text), Baseline?> known, ICollection<string> leftOut)
    {
        PromptSettings prompts = tuning.Prompts(tuning.GivenCovariance) with { BatchSize = TuningPrompts };
        PromptKnowledge knownOfTuning = PromptKnowledge.Of(prompts);
        PromptKnowledge knownOfTest = PromptKnowledge.Of(test.Prompts(test.GivenCovariance));
        GramStatistics<float>? statistics = null;
        List<Opponent> opponents = [];
        foreach (string text in texts)
        {
            Baseline baseline = Parts.Parse<Baseline>("baselines", text);
            if ((baseline.Refusal(knownOfTuning) ?? baseline.Refusal(knownOfTest)) is { } reason)
            {
                leftOut.Add(reason);
                continue;
            }

            if (!known.TryGetValue((tuning, text), out Baseline? tuned))
            {
                known[(tuning, text)] = tuned = TunedOrNull(baseline);
            }

            if (tuned is null)
            {
                leftOut.Add($"{text}: no settings of it give a finite loss");
            }
            else
            {
                opponents.Add(new(text, tuned));
            }
        }

        return opponents;

        Baseline? TunedOrNull(Baseline baseline)
        {
            try
            {
                return baseline.NeedsTuning
                    ? baseline.Tuned(statistics ??= Draw(prompts, team), tuning.Layers, knownOfTuning, team)
                    : baseline;
            }
            catch (ArithmeticException)
            {
                return null;
            }
        }
    }

    private static GramStatistics<float> Draw(PromptSettings prompts, WorkerTeam team)
    {
        PromptBatch batch = new(prompts);
        batch.Draw(new NativeStream(FreshScores.TuningKey));
        GramStatistics<float> statistics = new(prompts.BatchSize, prompts.Dimension, hasSquares: true, hasDeviations: true);
        statistics.Compute(batch, team);
        return statistics;
    }
}
