#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// A baseline of your own, beside those of the library: gradient descent whose step size is one over
// the trace of the prompt's G. All take three steps, tuned on one batch and scored on another.
// Run it with: dotnet run samples/own-baseline.cs [prompts]
using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Settings;

int prompts = args.Length > 0 ? int.Parse(args[0]) : 20_000;
Baseline.Catalog.Add<TraceDescent>();
GramStatistics<float> tuning = Draw(seed: 999);
GramStatistics<float> test = Draw(seed: 99);
foreach (PartEntry entry in Baseline.Catalog.Entries)
{
    Baseline baseline = ((Baseline)entry.Default).Tuned(tuning, steps: 3);
    QueryErrors errors = baseline.Evaluate(test, steps: 3)[^1];
    Console.WriteLine($"{entry.Name,-15}{errors.Loss,-10:G3}± {errors.StandardError,-10:G2}{entry.Summary}");
}

GramStatistics<float> Draw(ulong seed)
{
    PromptBatch batch = new(new PromptSettings { BatchSize = prompts, ContextLength = 20, Dimension = 5 });
    batch.Draw(new TorchStream(seed));

    // Some baselines look at the mean of squared labels, or know the noise, which there is none of here.
    GramStatistics<float> statistics = new(prompts, 5, hasSquares: true, hasDeviations: true);
    statistics.Compute(batch);
    return statistics;
}

/// <summary>w ← w + (g − G w) / tr G.</summary>
[Part("trace", "gradient descent by one over the trace of G")]
internal sealed record TraceDescent : PromptBaseline
{
    protected override void Solve(in ContextStatistics prompt, Span<double> weights)
    {
        int d = prompt.Dimension;
        double trace = 0;
        for (int i = 0; i < d; i++)
        {
            trace += prompt.Gram[i * (d + 1)];
        }

        Span<double> w = stackalloc double[d];
        w.Clear();
        for (int k = 0; k < weights.Length / d; k++)
        {
            Span<double> next = weights.Slice(k * d, d);
            for (int i = 0; i < d; i++)
            {
                double left = prompt.Cross[i];
                for (int j = 0; j < d; j++)
                {
                    left -= prompt.Gram[(i * d) + j] * w[j];
                }

                next[i] = w[i] + (left / trace);
            }

            next.CopyTo(w);
        }
    }
}
